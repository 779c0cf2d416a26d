// What generated entries import as `nimbusc:core`.

export type { ClassShape, Fields, Optional, Shape } from './shape.js';
export { classShape } from './shape.js';
