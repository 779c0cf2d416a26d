// How a function of a key-value store reads its changes.
export { register } from './changes.js';
