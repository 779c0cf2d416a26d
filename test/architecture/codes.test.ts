import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { expect } from 'chai';
import { catalogueOf } from '../../compiler/pipeline.js';
import { createAws } from '../../providers/aws/index.js';
import { isUpdating } from '../support/golden.js';
import { root } from './repository.js';

const file = path.join(root, 'test', 'architecture', 'codes.txt');

describe('the codes of diagnostics', () => {
  it('keep their numbers and names for ever (UPDATE_GOLDEN=1 writes the list)', () => {
    const { entries } = catalogueOf(createAws(root));
    const now = `${entries.map(({ code, slug }) => `${code} ${slug}`).join('\n')}\n`;
    if (isUpdating()) writeFileSync(file, now);
    expect(now).to.equal(existsSync(file) ? readFileSync(file, 'utf8') : '');
  });

  it('are four digits, each once, in the order of their numbers, under names in words', () => {
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    for (const line of lines) expect(line).to.match(/^NIM[1-9]\d{3} [a-z0-9]+(-[a-z0-9]+)+$/);
    const [codes, slugs] = [0, 1].map((i) => lines.map((line) => line.split(' ')[i])) as [string[], string[]];
    expect(codes).to.deep.equal([...new Set(codes)].sort());
    expect(slugs.length).to.equal(new Set(slugs).size);
  });
});
