// How a function of a key-value store reads its changes.
export { register } from './dynamodb/changes.js';
