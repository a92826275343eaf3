"""What lme4 makes of seeded tables of marks: `tests/oracles/data/lme4_marks.json`.

Use: python tools/make_lme4_reference.py. Needs R and lme4 (Debian: r-base-core, r-cran-lme4); writes the file with the
versions that made it. The marks stand in the file, so the test needs neither R nor the generator.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np

OUT = Path(__file__).resolve().parents[1] / "tests" / "oracles" / "data" / "lme4_marks.json"

# name, candidates, assessors, items, panel, share missing, spreads (candidate, assessor, item, c:a, c:i, a:i, residual)
DESIGNS = (
    ("balanced", 20, 4, 5, 4, 0.0, (10.0, 6.0, 5.0, 4.0, 3.0, 3.0, 8.0)),
    ("rotating panels, marks missing", 40, 8, 4, 3, 0.15, (10.0, 6.0, 5.0, 4.0, 3.0, 3.0, 8.0)),
    ("assessors alike", 30, 6, 4, 3, 0.1, (10.0, 0.0, 5.0, 0.0, 3.0, 2.0, 8.0)),
    ("one item", 60, 10, 1, 3, 0.1, (10.0, 6.0, 0.0, 0.0, 0.0, 0.0, 8.0)),
    ("one mark a cell, two assessors", 25, 5, 3, 2, 0.0, (10.0, 6.0, 5.0, 0.0, 4.0, 0.0, 6.0)),
    ("one assessor each", 50, 5, 4, 1, 0.0, (10.0, 3.0, 5.0, 0.0, 0.0, 3.0, 8.0)),
    ("much severity, little else", 24, 6, 3, 3, 0.2, (4.0, 9.0, 2.0, 2.0, 1.0, 1.0, 5.0)),
)

SCRIPT = r"""
suppressMessages(library(lme4)); options(digits = 17)
job <- commandArgs(trailingOnly = TRUE)
d <- read.csv(job[1], colClasses = c("character", "character", "character", "numeric"))
d$ca <- paste(d$candidate, d$assessor); d$ci <- paste(d$candidate, d$item); d$ai <- paste(d$assessor, d$item)
f <- lmer(as.formula(job[2]), d, REML = TRUE, control = lmerControl(optimizer = "bobyqa", calc.derivs = FALSE,
  optCtrl = list(rhobeg = 0.02, rhoend = 1e-10, maxfun = 100000), check.nobs.vs.nlev = "ignore",
  check.nobs.vs.nRE = "ignore", check.nlev.gtr.1 = "ignore"))
v <- as.data.frame(VarCorr(f))
for (k in seq_len(nrow(v))) cat("variance", v$grp[k], format(v$vcov[k], digits = 15), "\n")
cat("reml", format(as.numeric(REMLcrit(f)), digits = 15), "\n")
cat("mean", format(fixef(f)[[1]], digits = 15), "\n")
# Variance of prediction errors, the uncertainty of the mean in it (Henderson 1975), from lme4's own matrices.
L <- getME(f, "Lambda"); Z <- getME(f, "Z"); X <- getME(f, "X"); ZL <- Z %*% L
C <- rbind(cbind(crossprod(X), crossprod(X, ZL)), cbind(crossprod(ZL, X), crossprod(ZL) + Diagonal(ncol(ZL))))
B <- cbind(rbind(1, Matrix(0, ncol(ZL), 1)), rbind(Matrix(0, 1, ncol(ZL)), L))
V <- B %*% solve(C, t(B)) * sigma(f)^2
names <- rownames(getME(f, "Zt")); begin <- getME(f, "Gp"); flist <- names(getME(f, "flist"))
for (g in c("candidate", "assessor")) {
  if (!(g %in% flist)) next
  k <- which(flist == g); place <- (begin[k] + 1):begin[k + 1]; r <- ranef(f, condVar = FALSE)[[g]]
  for (p in place) {
    id <- names[p]
    with_mean <- V[1, 1] + V[p + 1, p + 1] + 2 * V[1, p + 1]
    cat("effect", g, id, format(r[id, 1], digits = 15), format(V[p + 1, p + 1], digits = 15),
        format(with_mean, digits = 15), "\n")
  }
}
cat("version", as.character(getRversion()), as.character(packageVersion("lme4")), "\n")
"""
GROUPS = {
    "candidate": "candidate",
    "assessor": "assessor",
    "item": "item",
    "ca": "candidate_assessor",
    "ci": "candidate_item",
    "ai": "assessor_item",
    "Residual": "residual",
}


def made(
    seed: int, candidates: int, assessors: int, items: int, panel: int, missing: float, spreads: tuple[float, ...]
):  # type: ignore[no-untyped-def]
    """Rows (candidate, assessor, item, mark), marks with two decimals."""
    random = np.random.default_rng(seed)
    sizes = [(candidates,), (assessors,), (items,), (candidates, assessors), (candidates, items), (assessors, items)]
    effects = [spread * random.normal(size=size) for spread, size in zip(spreads, sizes, strict=False)]
    for c in range(candidates):
        for a in sorted(random.choice(assessors, panel, replace=False)):
            for i in range(items):
                both = effects[0][c] + effects[1][a] + effects[2][i]
                mark = 60 + both + effects[3][c, a] + effects[4][c, i] + effects[5][a, i]
                mark += spreads[6] * random.normal()
                if random.random() >= missing:
                    yield f"c{c:02d}", f"a{a:02d}", f"i{i}", round(float(mark), 2)


def terms(name: str) -> list[str]:
    """The random terms that the marks of this design can tell."""
    singles = ["candidate", "assessor"]
    match name:
        case "one item":
            return singles
        case "one assessor each":
            return [*singles, "item", "ai"]
        case _:
            return [*singles, "item", "ca", "ci", "ai"]


def main() -> None:
    designs, versions = [], ""
    with tempfile.TemporaryDirectory() as folder:
        script, table = Path(folder) / "fit.R", Path(folder) / "marks.csv"
        script.write_text(SCRIPT, encoding="ascii")
        for number, (name, *shape) in enumerate(DESIGNS):
            rows = list(made(2026 + number, *shape))
            lines = ["candidate,assessor,item,mark", *(",".join(map(str, row)) for row in rows)]
            table.write_text("\n".join(lines) + "\n", encoding="ascii")
            formula = "mark ~ 1 + " + " + ".join(f"(1|{term})" for term in terms(name))
            said = subprocess.run(
                ["Rscript", str(script), str(table), formula], check=True, capture_output=True, text=True
            ).stdout
            answer: dict[str, object] = {"variance": {}, "effects": {"candidate": {}, "assessor": {}}}
            for line in said.splitlines():
                match line.split():
                    case ["variance", group, value]:
                        answer["variance"][GROUPS[group]] = float(value)  # type: ignore[index]
                    case ["effect", group, who, value, error, with_mean]:
                        answer["effects"][group][who] = [float(value), float(error), float(with_mean)]  # type: ignore[index]
                    case ["reml" | "mean" as what, value]:
                        answer[what] = float(value)
                    case ["version", r, lme4]:
                        versions = f"R {r}, lme4 {lme4}"
            designs.append({"name": name, "formula": formula, "marks": rows, **answer})
            print(name, answer["variance"], sep=": ")
    head = {
        "made_by": "tools/make_lme4_reference.py",
        "made_on": "2026-11-22",
        "with": versions,
        "effects": "prediction, variance of its error, variance of the error of mean + prediction",
    }
    lines = ",\n".join(json.dumps(one) for one in designs)  # a line a design
    OUT.write_text(json.dumps(head, indent=1)[:-2] + f',\n "designs": [\n{lines}\n]}}\n', encoding="ascii")


if __name__ == "__main__":
    main()
