// Where the code runs.
import { registry } from './binding.js';

/** True in the local cloud (tests, `nimbusc dev`), false when deployed and in plain unit tests. */
export const isLocal = (): boolean => registry().local === true;

/** The stage that the running function was deployed to, for example `dev`; empty outside any stage. */
export const getStage = (): string => registry().stage?.() ?? process.env['NIMBUS_STAGE'] ?? '';
