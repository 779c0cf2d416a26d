// How a function of a document store reads its changes.
export { register } from './dynamodb/changes.js';
