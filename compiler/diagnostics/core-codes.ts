/**
 * All codes that belong to no kind and no provider. Each table is one block of numbers; numbers are never reused and
 * never change their meaning.
 */
import { bundleCodes } from './codes/bundling.js';
import { evaluationCodes } from './codes/evaluation.js';
import { grantCodes } from './codes/grants.js';
import { graphCodes } from './codes/graph.js';
import { guardCodes } from './codes/guard.js';
import { handlerCodes } from './codes/handlers.js';
import { internalCodes } from './codes/internal.js';
import { optionCodes } from './codes/options.js';
import { outputCodes } from './codes/output.js';
import { placementCodes } from './codes/placement.js';
import { projectCodes } from './codes/project.js';
import { referenceCodes } from './codes/references.js';
import { stageCodes } from './codes/stages.js';
import { suppressionCodes } from './codes/suppressions.js';
import { typeCodes } from './codes/types.js';
import type { CodeTable } from './diagnostic.js';

/** For the catalogue, which checks that no code is in two of them. */
export const coreTables: readonly CodeTable[] = [
  projectCodes,
  evaluationCodes,
  optionCodes,
  placementCodes,
  handlerCodes,
  suppressionCodes,
  referenceCodes,
  stageCodes,
  grantCodes,
  graphCodes,
  typeCodes,
  guardCodes,
  bundleCodes,
  outputCodes,
  internalCodes,
];
