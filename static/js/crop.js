// Which square of a photo is kept: drawn over it, and moved by dragging or by keyboard. A photo that this browser cannot
// open (HEIC) keeps the three choices.
const input = document.querySelector("input[type=file]");
const place = document.querySelector("[data-crop]");
const instead = document.querySelector("[data-crop-instead]");
const kept = document.querySelector("[name=square]");
const LONGEST = 480;
const ABOVE_THE_MIDDLE = 0.4; // where the face stands in a tall photo

function drawn(photo) {
  const canvas = document.createElement("canvas");
  const scale = Math.min(1, LONGEST / Math.max(photo.width, photo.height));
  canvas.width = Math.round(photo.width * scale);
  canvas.height = Math.round(photo.height * scale);
  canvas.getContext("2d").drawImage(photo, 0, 0, canvas.width, canvas.height);
  return canvas;
}

function show(photo) {
  const tall = photo.height > photo.width;
  const canvas = drawn(photo);
  const whole = Math.max(canvas.width, canvas.height);
  const side = Math.min(canvas.width, canvas.height);
  const frame = Object.assign(document.createElement("div"), { className: "crop__frame" });
  const square = Object.assign(document.createElement("div"), { className: "crop__square" });
  const slider = Object.assign(document.createElement("input"), { type: "range", min: 0, max: 100, step: 1 });
  slider.className = "crop__slider";
  slider.setAttribute("aria-label", place.dataset.label);
  frame.append(canvas, square);
  place.replaceChildren(frame, slider);

  function move(part) {
    const at = Math.min(1, Math.max(0, part));
    slider.value = Math.round(at * 100);
    const offset = `${(at * (whole - side) * 100) / whole}%`;
    const long = `${(side * 100) / whole}%`;
    Object.assign(square.style, tall ? { top: offset, height: long } : { left: offset, width: long });
    kept.value = tall ? `0.5 ${at.toFixed(3)}` : `${at.toFixed(3)} 0.5`;
  }

  function follow(event) {
    const box = frame.getBoundingClientRect();
    const [from, length] = tall ? [event.clientY - box.top, box.height] : [event.clientX - box.left, box.width];
    const long = (side * length) / whole;
    move(whole === side ? 0.5 : (from - long / 2) / (length - long));
  }

  frame.addEventListener("pointerdown", (event) => {
    frame.setPointerCapture(event.pointerId);
    follow(event);
  });
  frame.addEventListener("pointermove", (event) => {
    if (frame.hasPointerCapture(event.pointerId)) {
      follow(event);
    }
  });
  slider.addEventListener("input", () => move(slider.value / 100));
  slider.hidden = whole === side;
  move(tall ? ABOVE_THE_MIDDLE : 0.5);
}

function change(opened) {
  place.hidden = !opened;
  instead.hidden = opened;
  if (!opened) {
    kept.value = "";
  }
}

input.addEventListener("change", async () => {
  try {
    show(await createImageBitmap(input.files[0]));
    change(true);
  } catch {
    change(false);
  }
});
