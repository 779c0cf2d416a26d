/** Writes the pages of docs/ that are made from the code: `npm run docs`. A test fails while they differ. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { renderCatalogue } from '../compiler/diagnostics/render-explain.js';
import { catalogueOf } from '../compiler/pipeline.js';
import { createAws } from '../providers/aws/index.js';
import { base } from './package-info.js';

fs.writeFileSync(path.join(base, '..', 'docs', 'diagnostics.md'), renderCatalogue(catalogueOf(createAws(base))));
