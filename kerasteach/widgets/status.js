// The panel's text face, told by screen readers when it changes; and names for what around it has none: the handle of a
// slider, its number, the buttons of Play, a figure of plotly's.

const PLAY = { "fa-play": "Play", "fa-pause": "Pause", "fa-stop": "Stop", "fa-retweet": "Repeat" };

function nameControls(panel) {
  for (const label of panel.querySelectorAll(".widget-label")) {
    const text = label.textContent.trim();
    for (const part of label.parentElement.querySelectorAll("[role=slider], .widget-readout")) {
      if (!text || part.getAttribute("aria-label") === text) continue;
      part.setAttribute("aria-label", text);
      if (!part.hasAttribute("role")) part.setAttribute("role", "textbox"); // the number beside a slider can be typed
    }
  }
  for (const button of panel.querySelectorAll(".widget-play button")) {
    const icon = [...(button.firstElementChild?.classList ?? [])].find((name) => name in PLAY);
    if (icon && button.title !== PLAY[icon]) button.title = PLAY[icon];
  }
}

// Keys pressed on a control are the control's: JupyterLab would take the arrows for a walk through its cells.
function keepKeys(panel) {
  for (const part of panel.querySelectorAll("select, input, textarea, button, summary, [tabindex], [contenteditable]")) {
    if (!part.hasAttribute("data-lm-suppress-shortcuts")) part.setAttribute("data-lm-suppress-shortcuts", "true");
  }
}

function nameFigure(panel, label) {
  for (const figure of panel.querySelectorAll(".js-plotly-plot")) {
    if (figure.getAttribute("aria-label") === label) continue;
    figure.setAttribute("role", "figure");
    figure.setAttribute("aria-label", label);
  }
}

function settle(panel, label) {
  nameControls(panel);
  keepKeys(panel);
  nameFigure(panel, label);
}

function render({ model, el }) {
  const words = document.createElement("p");
  words.className = "kt-words";
  words.setAttribute("role", "status");
  el.append(words);
  const say = () => (words.textContent = model.get("words"));
  model.on("change:words", say);
  say();

  let watcher;
  const wait = setInterval(() => { // until the page has put us into the panel
    const panel = el.closest(".kt-panel");
    if (!panel) return;
    clearInterval(wait);
    const again = () => settle(panel, model.get("label"));
    again();
    model.on("change:label", again);
    watcher = new MutationObserver(again);
    watcher.observe(panel, { childList: true, subtree: true, attributes: true, attributeFilter: ["class"] });
  }, 50);
  return () => (clearInterval(wait), watcher?.disconnect());
}

export default { render };
