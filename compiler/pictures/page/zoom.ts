/** Moves and scales the view box of a drawing: by pointer, wheel, and calls. */

export interface Zoom {
  readonly size: (width: number, height: number, fit: boolean) => void;
  readonly by: (factor: number) => void;
  readonly move: (x: number, y: number) => void;
  readonly whole: () => void;
  readonly show: (box: { x: number; y: number; width: number; height: number }) => void;
  /** Whether the pointer was moved while it was down, so that its release is no click. */
  readonly dragged: () => boolean;
}

const LEAST = 0.02;
const MOST = 6;
const READABLE = 0.6;
/** Movements below this many pixels are a hand that is not quite still. */
const STILL = 4;

export function createZoom(svg: SVGSVGElement): Zoom {
  const drawing = { width: 1, height: 1 };
  let scale = 1;
  let x = 0;
  let y = 0;
  const show = (): void => {
    const { width, height } = svg.getBoundingClientRect();
    svg.setAttribute('viewBox', `${x} ${y} ${width / scale} ${height / scale}`);
    svg.dataset['scale'] = scale.toFixed(3);
  };
  const zoomAt = (factor: number, clientX: number, clientY: number): void => {
    const { left, top } = svg.getBoundingClientRect();
    const next = Math.min(MOST, Math.max(LEAST, scale * factor));
    x += (clientX - left) * (1 / scale - 1 / next);
    y += (clientY - top) * (1 / scale - 1 / next);
    scale = next;
    show();
  };
  const whole = (): void => {
    const { width, height } = svg.getBoundingClientRect();
    scale = Math.min(1.25, Math.max(LEAST, Math.min(width / drawing.width, height / drawing.height)));
    x = (drawing.width - width / scale) / 2;
    y = (drawing.height - height / scale) / 2;
    show();
  };
  /** All of it where that can be read, else its beginning. */
  const start = (): void => {
    whole();
    if (scale >= READABLE) return;
    const { width } = svg.getBoundingClientRect();
    scale = READABLE;
    x = Math.min(0, (drawing.width - width / scale) / 2);
    y = 0;
    show();
  };
  const middle = (): readonly [number, number] => {
    const { left, top, width, height } = svg.getBoundingClientRect();
    return [left + width / 2, top + height / 2];
  };

  svg.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      zoomAt(Math.exp(-event.deltaY / 500), event.clientX, event.clientY);
    },
    { passive: false },
  );
  const dragged = onDrag(svg, (right, down) => {
    x -= right / scale;
    y -= down / scale;
    show();
  });
  new ResizeObserver(show).observe(svg);

  return {
    size: (width, height, again) => {
      Object.assign(drawing, { width, height });
      if (again) start();
    },
    by: (factor) => zoomAt(factor, ...middle()),
    move: (right, down) => {
      x += right / scale;
      y += down / scale;
      show();
    },
    whole,
    show: (box) => {
      const { width, height } = svg.getBoundingClientRect();
      scale = Math.max(scale, 0.9);
      x = box.x + box.width / 2 - width / scale / 2;
      y = box.y + box.height / 2 - height / scale / 2;
      show();
    },
    dragged,
  };
}

/** Calls with each movement while the pointer is down; gives whether the last press was one. */
function onDrag(svg: SVGSVGElement, moveBy: (right: number, down: number) => void): () => boolean {
  let moved = false;
  svg.addEventListener('pointerdown', (down) => {
    moved = false;
    let last = { x: down.clientX, y: down.clientY };
    const move = (event: PointerEvent): void => {
      if (!moved && Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) < STILL) return;
      moved = true;
      moveBy(event.clientX - last.x, event.clientY - last.y);
      last = { x: event.clientX, y: event.clientY };
    };
    const up = (): void => {
      removeEventListener('pointermove', move);
      removeEventListener('pointerup', up);
      removeEventListener('pointercancel', up);
    };
    addEventListener('pointermove', move);
    addEventListener('pointerup', up);
    addEventListener('pointercancel', up);
  });
  return () => moved;
}
