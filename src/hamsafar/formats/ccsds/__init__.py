"""CCSDS orbit messages (502.0-B-3, and files of B-2): OMM, OPM and OEM ↔ nouns, without loss."""

from hamsafar.formats.ccsds.oem import read_oem, write_oem
from hamsafar.formats.ccsds.omm import OmmForm, elements_of, omm_of, read_omm, write_omm
from hamsafar.formats.ccsds.opm import MessageForm, read_opm, write_opm

__all__ = [
    "MessageForm",
    "OmmForm",
    "elements_of",
    "omm_of",
    "read_oem",
    "read_omm",
    "read_opm",
    "write_oem",
    "write_omm",
    "write_opm",
]
