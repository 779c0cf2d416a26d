// Gives properties the same cases on each run, so that the gate judges a change by what it changed. With
// NIMBUSC_PROPERTY_RUNS, a factor, they are new ones: to hunt.
import { configureGlobal } from 'fast-check';

if (process.env.NIMBUSC_PROPERTY_RUNS === undefined) configureGlobal({ seed: 1 });
