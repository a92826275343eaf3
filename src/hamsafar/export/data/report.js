"use strict";
(function () {
  const byId = (id) => document.getElementById(id);
  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));

  // The box at the foot says what a focused or tapped bar's title says, for keyboards and fingers.
  const detail = byId("detail"), text = byId("detail-text");
  let shown = null;
  function show(bar) {
    if (shown) shown.classList.remove("on");
    shown = bar;
    detail.hidden = !bar;
    if (!bar) return;
    bar.classList.add("on");
    text.textContent = bar.querySelector("title").textContent;
  }
  const barOf = (event) => event.target.closest && event.target.closest("g[tabindex]");
  document.addEventListener("focusin", (event) => { const bar = barOf(event); if (bar) show(bar); });
  document.addEventListener("click", (event) => {
    const bar = barOf(event);
    if (bar) { bar.focus(); show(bar); } else if (!detail.contains(event.target)) show(null);
  });
  byId("detail-close").addEventListener("click", () => show(null));

  // One Tab stop for each row of bars; the arrow keys move inside a drawing.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return show(null);
    const bar = barOf(event);
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!bar || !step) return;
    const bars = all("g[tabindex]", bar.ownerSVGElement);
    const next = bars[bars.indexOf(bar) + step];
    if (next) { event.preventDefault(); next.focus(); }
  });

  // Which day of the ground track is drawn.
  all("input[name=trackday]").forEach((input) => input.addEventListener("change", () => {
    all(".map .track").forEach((track) => {
      track.classList.toggle("off", input.value !== "all" && track.dataset.day !== input.value);
    });
    all(".map").forEach((map) => map.classList.toggle("thin", input.value === "all"));
  }));

  // The filter of the big table.
  const rows = all("#all tbody tr").map((row) => ({
    row, text: row.textContent.toLowerCase().replace(/\s+/g, " "), who: row.dataset.w.split(" "), stage: row.dataset.s,
  }));
  function filter() {
    const words = byId("q").value.toLowerCase().split(/\s+/).filter(Boolean);
    const who = byId("who").value, stage = byId("stage").value;
    let count = 0;
    rows.forEach((one) => {
      const fits = (!who || one.who.includes(who)) && (!stage || one.stage === stage)
        && words.every((word) => one.text.includes(word));
      one.row.hidden = !fits;
      count += fits;
    });
    byId("shown").textContent = count + " of " + rows.length;
  }
  ["q", "who", "stage"].forEach((id) => byId(id).addEventListener("input", filter));

  // Paper cannot unfold: open everything before printing, and fold again after.
  let folded = [];
  window.addEventListener("beforeprint", () => {
    folded = all("details:not([open])");
    folded.forEach((one) => { one.open = true; });
  });
  window.addEventListener("afterprint", () => folded.forEach((one) => { one.open = false; }));
})();
