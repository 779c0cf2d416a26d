// How a function of a document store reads its changes.
export { register } from './changes.js';
