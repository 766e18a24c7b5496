// A panel's picture as inline SVG. It reports, in the picture's own units, where it was clicked, dragged, or walked over
// with the arrow keys; the last two only where the panel wants to be pointed at.

const STEP = 8; // units that an arrow key walks; with Shift 1
const WALK = { ArrowLeft: [-1, 0, "left"], ArrowRight: [1, 0, "right"], ArrowUp: [0, -1, "up"], ArrowDown: [0, 1, "down"] };

function render({ model, el }) {
  const frame = document.createElement("div");
  frame.className = "kt-picture " + model.get("css_class");
  frame.setAttribute("role", "img");
  el.append(frame);
  let cursor = null, pressed = null, dragged = false, waiting = null;

  const drawn = () => frame.querySelector("svg");

  function draw() {
    frame.innerHTML = model.get("svg");
    const svg = drawn();
    if (svg) {
      svg.removeAttribute("role"); // the frame has role and label
      svg.style.minWidth = `${0.75 * svg.viewBox.baseVal.width}px`; // a narrow page shrinks it, but not until nobody can read it
    }
    frame.classList.toggle("kt-pointed", model.get("pointed"));
    frame.tabIndex = 0;
    mark();
  }

  function name() {
    frame.setAttribute("aria-label", model.get("label"));
  }

  function place(event) {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(drawn().getScreenCTM().inverse());
    return [at.x, at.y];
  }

  function tell(kind, [x, y]) {
    model.send({ kind, x, y });
  }

  function mark() { // where the arrow keys stand
    if (!cursor || !model.get("crossed") || document.activeElement !== frame || !drawn()) return;
    frame.querySelector(".kt-cursor")?.remove();
    const cross = document.createElementNS("http://www.w3.org/2000/svg", "path");
    const [x, y] = cursor;
    cross.setAttribute("class", "kt-cursor");
    cross.setAttribute("d", `M${x - 9} ${y}H${x + 9}M${x} ${y - 9}V${y + 9}`);
    drawn().append(cross);
  }

  function walk(event) {
    if (!model.get("pointed") || !drawn() || event.ctrlKey || event.metaKey || event.altKey) return;
    const { width, height } = drawn().viewBox.baseVal;
    cursor ??= [width / 2, height / 2];
    if (model.get("crossed") && (event.key === "Enter" || event.key === " ")) {
      tell("click", cursor);
    } else if (event.key in WALK) {
      const [dx, dy, kind] = WALK[event.key], step = event.shiftKey ? 1 : STEP;
      cursor = [Math.min(Math.max(cursor[0] + dx * step, 0), width), Math.min(Math.max(cursor[1] + dy * step, 0), height)];
      mark();
      tell(kind, cursor);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  function press(event) {
    if (!model.get("pointed") || event.button !== 0 || !drawn()) return;
    pressed = place(event);
    dragged = false;
    frame.setPointerCapture(event.pointerId);
  }

  function move(event) {
    if (!pressed) return;
    const at = place(event);
    dragged ||= Math.hypot(at[0] - pressed[0], at[1] - pressed[1]) > 3;
    if (!dragged) return;
    if (waiting === null) requestAnimationFrame(() => { // the last place of each frame
      tell("drag", waiting);
      waiting = null;
    });
    waiting = at;
  }

  function release(event) {
    if (!pressed) return;
    cursor = place(event);
    pressed = null;
    if (!dragged) tell("click", cursor);
  }

  frame.addEventListener("keydown", walk);
  frame.addEventListener("focus", mark);
  frame.addEventListener("blur", () => frame.querySelector(".kt-cursor")?.remove());
  frame.addEventListener("pointerdown", press);
  frame.addEventListener("pointermove", move);
  frame.addEventListener("pointerup", release);
  frame.addEventListener("pointercancel", () => (pressed = null));
  model.on("change:svg change:pointed", draw);
  model.on("change:label", name);
  draw();
  name();
}

export default { render };
