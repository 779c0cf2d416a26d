// What generated entries import as `nimbusc:core`.
export { classShape, fromJson } from './shape.js';
export type { ClassShape, Fields, Optional, Shape } from './shape.js';
