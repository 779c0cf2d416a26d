import { expect } from 'chai';
import fc from 'fast-check';
import { appArbitrary, functionsIn, isIn, render, styleArbitrary } from '../support/generators.js';
import { buildFiles, checkFiles, errors, type Files, withoutPlaces } from './projects.js';
import { PATIENCE, runs } from './runs.js';

describe('a project', function () {
  this.timeout(PATIENCE);

  it('has in each stage exactly the functions and stores that it deploys there', async () => {
    await fc.assert(
      fc.asyncProperty(appArbitrary, async (app) => {
        const { graphs } = await checkFiles(render(app));
        const used = app.stages.filter(
          (stage) => functionsIn(app, stage).length > 0 || app.stores.some((s) => isIn(app, s, stage)),
        );
        expect(graphs.map((g) => g.stage)).to.have.members(used);
        for (const { stage, nodes } of graphs) {
          const names = (kind: RegExp): unknown[] => nodes.filter((n) => kind.test(n['kind'] as string)).map((n) => n['name']);
          expect(names(/^function$/)).to.have.members(
            functionsIn(app, stage).map(({ handler, method }) => `${handler.name}.${method.name}`),
          );
          expect(names(/-store$/)).to.have.members(app.stores.filter((s) => isIn(app, s, stage)).map((s) => s.name));
          expect(names(/-route$|^after-/).length).to.equal(
            functionsIn(app, stage).flatMap(({ method }) => method.triggers.filter((t) => isIn(app, t, stage))).length,
          );
        }
      }),
      runs(60),
    );
  });
});

describe('the way in which a project is written', function () {
  this.timeout(PATIENCE);

  it('is no error in any style', async () => {
    await fc.assert(
      fc.asyncProperty(appArbitrary, styleArbitrary, async (app, style) => {
        expect(errors(await checkFiles(render(app, style)))).to.deep.equal([]);
      }),
      runs(60),
    );
  });

  it('changes nothing in the graph: order of files, declarations, decorators and keys, quotes, spaces, comments, names of imports', async () => {
    await fc.assert(
      fc.asyncProperty(appArbitrary, styleArbitrary, async (app, style) => {
        const plain = await checkFiles(render(app));
        const styled = await checkFiles(render(app, style));
        expect(withoutPlaces(styled.graphs)).to.deep.equal(withoutPlaces(plain.graphs));
      }),
      runs(120),
    );
  });

  it('changes nothing in the Terraform module either, but hashes of zips, and source tags where they are wanted', async () => {
    // The hash of everything deployed, which after-deployment functions wait for, comes of those of the zips.
    const hashes = /"(source_code_hash|deployed)": "[^"]*"/g;
    const modules = async (files: Files): Promise<string[]> => {
      const output = await buildFiles({ ...files, 'nimbus.yml': `${files['nimbus.yml']}sourceTags: false\n` });
      return [...output]
        .filter(([path]) => path.endsWith('cdk.tf.json'))
        .map(([path, text]) => `${path}\n${text.replace(hashes, '')}`);
    };
    await fc.assert(
      fc.asyncProperty(appArbitrary, styleArbitrary, async (app, style) => {
        expect(await modules(render(app, style))).to.deep.equal(await modules(render(app)));
      }),
      runs(8),
    );
  });
});
