import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { LOCK_FILE } from '../../compiler/guard/lock-file.js';
import type { Provider } from '../../compiler/provider.js';
import {
  type AppModel,
  appArbitrary,
  functionsIn,
  type HandlerModel,
  isIn,
  render,
  type StoreModel,
  styleArbitrary,
} from '../support/generators.js';
import { filesIn } from '../support/golden.js';
import { optionsFor, tempProject } from '../support/temp-project.js';
import { buildFiles, checkFiles, difference, outputOf, problems, withoutPlaces } from './projects.js';
import { PATIENCE, runs } from './runs.js';

const TOOL = 'f'.repeat(64);

/** Like `app` with something that has nothing to do with it, in a file of its own. */
const UNRELATED: readonly { readonly store?: StoreModel; readonly handler?: HandlerModel }[] = [
  {
    store: {
      kind: 'document',
      name: 'Unrelated',
      file: 'src/unrelated.ts',
      stages: null,
      fields: [{ name: 'title', type: 'string' }],
    },
  },
  {
    handler: {
      name: 'Unrelated',
      file: 'src/a-unrelated.ts',
      methods: [
        {
          name: 'work',
          triggers: [{ on: 'deployment', isTest: false, stages: null }],
          timeout: 20,
          uses: [],
          sockets: [],
          environment: [{ key: 'MODE', value: 'x', stages: null }],
          parameters: [],
        },
      ],
    },
  },
  {
    handler: {
      name: 'Unrelated',
      file: 'src/unrelated.ts',
      methods: [
        {
          name: 'work',
          triggers: [{ on: 'http', method: 'PATCH', path: 'unrelated', stages: null }],
          timeout: null,
          uses: [],
          sockets: [],
          environment: [],
          parameters: ['Date'],
        },
      ],
    },
  },
  {
    handler: {
      name: 'Unrelated',
      file: 'src/unrelated.ts',
      methods: [
        {
          name: 'work',
          triggers: [{ on: 'websocket', topic: 'unrelated', stages: null }],
          timeout: null,
          uses: [],
          sockets: [{ stages: null }],
          environment: [],
          parameters: [],
        },
      ],
    },
  },
];

function withUnrelated(app: AppModel, { store, handler }: (typeof UNRELATED)[number]): AppModel {
  return {
    ...app,
    stores: [...app.stores, ...(store ? [store] : [])],
    handlers: [...app.handlers, ...(handler ? [handler] : [])],
  };
}

const nodesOf = (graph: { readonly nodes: readonly object[] } | undefined) =>
  new Map((graph?.nodes ?? []).map((n) => [(n as { id: string }).id, withoutPlaces(n)]));

describe('a declaration that has nothing to do with the others', function () {
  this.timeout(PATIENCE);

  it('changes no other node of the graph', async () => {
    await fc.assert(
      fc.asyncProperty(appArbitrary, fc.constantFrom(...UNRELATED), async (app, addition) => {
        const before = await checkFiles(render(app));
        const after = await checkFiles(render(withUnrelated(app, addition)));
        expect(problems(after).filter((p) => !p.includes('unrelated.ts:'))).to.deep.equal(problems(before));
        for (const { stage, nodes } of before.graphs) {
          const now = nodesOf(after.graphs.find((g) => g.stage === stage));
          for (const [id, node] of nodesOf({ nodes })) expect(now.get(id), id).to.deep.equal(node);
        }
      }),
      runs(60),
    );
  });

  it('changes no byte of another artifact', async () => {
    await fc.assert(
      fc.asyncProperty(appArbitrary, fc.constantFrom(...UNRELATED), async (app, addition) => {
        const [before, after] = await Promise.all([buildFiles(render(app)), buildFiles(render(withUnrelated(app, addition)))]);
        const artifacts = [...before].filter(([path]) => path.includes('/artifacts/'));
        for (const [path, bytes] of artifacts) expect(after.get(path) === bytes, path).to.equal(true);
      }),
      runs(10),
    );
  });
});

describe('the bytes of a build', function () {
  this.timeout(PATIENCE);

  it('are the same in another folder, with another order of files', async () => {
    await fc.assert(
      fc.asyncProperty(appArbitrary, async (app) => {
        const files = render(app);
        const turned = Object.fromEntries(Object.entries(files).reverse());
        expect(difference(await buildFiles(files), await buildFiles(turned))).to.equal(null);
      }),
      runs(6),
    );
  });

  it('are the same with a cache, cold or warm, and without one', async () => {
    await fc.assert(
      fc.asyncProperty(appArbitrary, async (app) => {
        const files = render(app);
        const without = await buildFiles(files);
        const project = tempProject(files);
        try {
          for (const what of ['cold', 'unchanged', 'output removed', 'record removed']) {
            if (what === 'output removed') project.write({ 'nimbus.out/.keep': '' });
            if (what === 'record removed') project.write({ 'src/another.ts': 'export {};\n' });
            const result = await project.build({ toolId: TOOL });
            expect(problems(result).filter((p) => p.startsWith('error'))).to.deep.equal([]);
            const output = outputOf(project.dir);
            output.delete('.keep');
            expect(difference(without, output), what).to.equal(null);
          }
        } finally {
          project.remove();
        }
      }),
      runs(6),
    );
  });

  it('are the same when files of the cache are damaged, missing, or mixed up', async () => {
    await fc.assert(
      fc.asyncProperty(
        appArbitrary,
        fc.array(fc.tuple(fc.nat(9), fc.nat(9), fc.constantFrom('cut', 'flip', 'remove', 'swap')), {
          minLength: 1,
          maxLength: 4,
        }),
        async (app, damages) => {
          const project = tempProject(render(app));
          try {
            await project.build({ toolId: TOOL });
            const cache = 'node_modules/.cache/nimbusc';
            for (const [which, other, how] of damages) {
              const files = filesIn(join(project.dir, cache)).map((path) => `${cache}/${path}`);
              const [file, second] = [files[which % files.length] as string, files[other % files.length] as string];
              const [bytes, others] = [file, second].map((path) => readFileSync(join(project.dir, path))) as [Buffer, Buffer];
              if (how === 'remove') project.removeFile(file);
              else if (how === 'swap') project.write({ [file]: others, [second]: bytes });
              else
                project.write({
                  [file]:
                    how === 'cut'
                      ? bytes.subarray(0, bytes.length / 2)
                      : bytes.map((byte, i) => (i === bytes.length - 9 ? byte ^ 1 : byte)),
                });
            }
            const result = await project.build({ toolId: TOOL });
            expect(problems(result).filter((p) => p.startsWith('error'))).to.deep.equal([]);
            expect(difference(await buildFiles(render(app)), outputOf(project.dir))).to.equal(null);
          } finally {
            project.remove();
          }
        },
      ),
      runs(6),
    );
  });

  it('are the same when a project gets there step by step, with a cache, as when it is built at once', async () => {
    await fc.assert(
      fc.asyncProperty(appArbitrary, appArbitrary, styleArbitrary, async (first, last, style) => {
        const project = tempProject(render(first));
        try {
          await project.build({ toolId: TOOL });
          // What has been is told by the lock; without it, nothing of it may matter.
          for (const file of [...Object.keys(render(first)), LOCK_FILE]) project.removeFile(file);
          project.write(render(last, style));
          await project.build({ toolId: TOOL });
          project.write(render(last));
          const result = await project.build({ toolId: TOOL });
          expect(result.failed).to.equal(false);
          const wanted = await buildFiles(render(last));
          const found = new Map(
            [...outputOf(project.dir)].filter(([path]) => wanted.has(path) || path.startsWith(`${result.stages[0]?.stage}/`)),
          );
          expect(difference(wanted, found)).to.equal(null);
        } finally {
          project.remove();
        }
      }),
      runs(6),
    );
  });

  it('are the same one stage at a time as all at once', async () => {
    await fc.assert(
      fc.asyncProperty(appArbitrary, async (app) => {
        const files = render(app);
        const all = await buildFiles(files);
        const stages = [...new Set([...all.keys()].map((path) => path.split('/')[0] as string))];
        for (const stage of stages) {
          const own = new Map([...all].filter(([path]) => path.startsWith(`${stage}/`)));
          expect(difference(own, await buildFiles(files, { stages: [stage] }))).to.equal(null);
        }
      }),
      runs(6),
    );
  });

  it('of a zip are the same whether its function is bundled alone or with all others', async () => {
    await fc.assert(
      fc.asyncProperty(appArbitrary, async (app) => {
        const files = render(app);
        const zips = [...(await buildFiles(files))].filter(([path]) => path.endsWith('.zip'));
        for (const [path, bytes] of zips.slice(0, 4)) {
          const [stage = '', ...artifact] = path.split('/');
          const alone = await buildFiles(files, { stages: [stage], provider: only(artifact.join('/')) });
          expect([...alone.keys()].filter((p) => p.endsWith('.zip'))).to.deep.equal([path]);
          expect(alone.get(path) === bytes, path).to.equal(true);
        }
      }),
      runs(5),
    );
  });

  /** A provider that deploys nothing but one function, and makes no Terraform of it. */
  function only(artifact: string): Provider {
    const { provider } = optionsFor('');
    return {
      ...provider,
      planStage(...args) {
        const plan = provider.planStage(...args);
        return { ...plan, functions: plan.functions.filter((fn) => fn.artifact === artifact) };
      },
      lowerStage: async () => ({ withArtifacts: async () => ({ files: [] }) }),
    };
  }
});

describe('stages', function () {
  this.timeout(PATIENCE);

  it('hold nothing of what is not deployed to them', async () => {
    await fc.assert(
      fc.asyncProperty(appArbitrary, async (app) => {
        const output = await buildFiles(render(app));
        for (const stage of app.stages) {
          const texts = [...output]
            .filter(([path]) => path.startsWith(`${stage}/`) && path.endsWith('.json'))
            .map(([, text]) => text)
            .join('\n');
          const functions = functionsIn(app, stage);
          const absent = [
            ...app.stores.filter((s) => !isIn(app, s, stage)).map((s) => s.name),
            ...app.handlers.filter((h) => functions.every((f) => f.handler !== h)).map((h) => h.name),
            ...app.handlers.flatMap((handler) =>
              handler.methods
                .filter((method) => functions.every((f) => f.handler !== handler || f.method !== method))
                .flatMap((m) => [`${handler.name}_${m.name}`, `${handler.name}-${m.name}`, `${handler.name}.${m.name}`]),
            ),
            ...app.handlers.flatMap((h) =>
              h.methods.flatMap((m) =>
                m.triggers
                  .filter((t) => !isIn(app, t, stage))
                  .map((t) =>
                    t.on === 'http' ? `${t.method} /${t.path}"` : t.on === 'websocket' ? `"route_key": "${t.topic}"` : '\0',
                  ),
              ),
            ),
          ];
          for (const name of absent) expect(texts.includes(name), `${name} in ${stage}`).to.equal(false);
          const zips = [...output.keys()].filter((path) => path.startsWith(`${stage}/`) && path.endsWith('.zip'));
          expect(zips).to.have.members(
            functions.map(({ handler, method }) => `${stage}/artifacts/${handler.name}-${method.name}.zip`),
          );
        }
      }),
      runs(12),
    );
  });

  it('are not changed by one more of them', async () => {
    await fc.assert(
      fc.asyncProperty(appArbitrary, async (app) => {
        const before = await buildFiles(render(app));
        const after = await buildFiles(render(withStage(app, 'extra')));
        expect([...after.keys()].some((path) => path.startsWith('extra/'))).to.equal(true);
        const others = new Map([...after].filter(([path]) => !path.startsWith('extra/')));
        expect(difference(before, others)).to.equal(null);
      }),
      runs(8),
    );
  });

  /** The app with a stage more, which everything that names its stages is deployed to, and a store that is there only. */
  function withStage(app: AppModel, stage: string): AppModel {
    const more = <T extends { readonly stages: readonly string[] | null }>(placed: T): T =>
      placed.stages === null ? placed : { ...placed, stages: [...placed.stages, stage] };
    const stores = app.stores.map(more);
    const there = (name: string): boolean => stores.some((s) => s.name === name && s.stages !== null);
    const handlers = app.handlers.map((handler) => ({
      ...handler,
      methods: handler.methods.map((method) => ({
        ...method,
        triggers: method.triggers.map(more),
        uses: method.uses.map((use) => (there(use.store) ? more(use) : use)),
        environment: method.environment.map(more),
      })),
    }));
    const own: StoreModel = { kind: 'document', name: 'Extra', file: 'src/z-extra.ts', stages: [stage], fields: [] };
    return { ...app, stages: [...app.stages, stage], stores: [...stores, own], handlers };
  }
});

describe('Terraform modules', function () {
  this.timeout(PATIENCE);

  it('refer only to what is in them', async () => {
    await fc.assert(
      fc.asyncProperty(appArbitrary, async (app) => {
        let references = 0;
        for (const [path, text] of await buildFiles(render(app))) {
          if (!path.endsWith('cdk.tf.json')) continue;
          const { resource = {} } = JSON.parse(text) as { resource?: Readonly<Record<string, object>> };
          const addresses = new Set(
            Object.entries(resource).flatMap(([type, blocks]) => Object.keys(blocks).map((name) => `${type}.${name}`)),
          );
          for (const [, address] of text.matchAll(/(?:\$\{[^}]*?|")\b((?:aws_\w+|terraform_data)\.[\w-]+)/g)) {
            expect(addresses.has(address as string), `${path} refers to ${address}`).to.equal(true);
            references += 1;
          }
        }
        expect(references).to.be.greaterThan(0);
      }),
      runs(8),
    );
  });
});

describe('permissions', function () {
  this.timeout(PATIENCE);

  it('of a role are exactly those of aws.md for what its function uses, on the very resource', async () => {
    await fc.assert(
      fc.asyncProperty(appArbitrary, async (app) => {
        const output = await buildFiles(render(app));
        for (const stage of app.stages) {
          const text = output.get(`${stage}/cdk.tf.json`);
          if (text === undefined) continue;
          const policies = (JSON.parse(text) as Terraform).resource['aws_iam_role_policy'] ?? {};
          const functions = functionsIn(app, stage);
          expect(Object.keys(policies)).to.have.members(functions.map(({ handler, method }) => `${handler.name}_${method.name}`));
          for (const { handler, method } of functions) {
            const id = `${handler.name}_${method.name}`;
            expect(granted(policies[id]?.['policy'] as string), `${id} in ${stage}`).to.deep.equal(
              wanted(app, id, method, stage),
            );
          }
        }
      }),
      runs(12),
    );
  });

  it('have no wildcard but for log streams and connections, anywhere in a module', async () => {
    const allowed = [
      /^\$\{aws_cloudwatch_log_group\.\w+\.arn\}:\*$/,
      /^\$\{aws_apigatewayv2_api\.websocket\.execution_arn\}\/\w+\/(POST|DELETE)\/@connections\/\*$/,
    ];
    await fc.assert(
      fc.asyncProperty(appArbitrary, async (app) => {
        for (const [path, text] of await buildFiles(render(app))) {
          if (!path.endsWith('cdk.tf.json')) continue;
          const { resource } = JSON.parse(text) as Terraform;
          const documents = Object.entries(resource).flatMap(([, blocks]) =>
            Object.values(blocks).flatMap((b) => [b['policy'], b['assume_role_policy']]),
          );
          for (const document of documents.filter((d) => typeof d === 'string')) {
            for (const { Action, Resource = [], NotAction, NotResource } of statements(document)) {
              expect([NotAction, NotResource]).to.deep.equal([undefined, undefined]);
              for (const action of [Action].flat()) expect(action).to.match(/^[a-z0-9-]+:[A-Za-z]+$/);
              for (const arn of [Resource].flat())
                if (arn.includes('*'))
                  expect(
                    allowed.some((a) => a.test(arn)),
                    arn,
                  ).to.equal(true);
            }
          }
          for (const permission of Object.values(resource['aws_lambda_permission'] ?? {})) {
            expect(permission['principal']).to.equal('apigateway.amazonaws.com');
            expect(permission['source_arn'], 'narrowed to a route').to.match(
              /^\$\{aws_apigatewayv2_api\.(http|websocket)\.execution_arn\}\/.+\/.+/,
            );
          }
        }
      }),
      runs(6),
    );
  });

  interface Terraform {
    readonly resource: { readonly [type: string]: { readonly [name: string]: { readonly [attribute: string]: unknown } } };
  }
  interface Statement {
    readonly Effect: string;
    readonly Action: string | readonly string[];
    readonly Resource?: string | readonly string[];
    readonly NotAction?: unknown;
    readonly NotResource?: unknown;
  }

  const statements = (policy: string): readonly Statement[] =>
    (JSON.parse(policy) as { Statement: readonly Statement[] }).Statement;

  /** `resource -> its actions`, sorted. */
  function granted(policy: string): Record<string, string[]> {
    const found = new Map<string, Set<string>>();
    for (const { Effect, Action, Resource } of statements(policy)) {
      expect(Effect).to.equal('Allow');
      for (const arn of [Resource ?? []].flat()) found.set(arn, new Set([...(found.get(arn) ?? []), ...[Action].flat()]));
    }
    return sorted(found);
  }

  /** The table of section 4, written down once more. */
  function wanted(
    app: AppModel,
    id: string,
    method: AppModel['handlers'][number]['methods'][number],
    stage: string,
  ): Record<string, string[]> {
    const table = new Map([[`\${aws_cloudwatch_log_group.${id}.arn}:*`, new Set(['logs:CreateLogStream', 'logs:PutLogEvents'])]]);
    for (const use of method.uses.filter((u) => isIn(app, u, stage))) {
      table.set(
        `\${aws_dynamodb_table.${use.store}.arn}`,
        new Set(['GetItem', 'PutItem', 'DeleteItem', 'UpdateItem', 'Scan'].map((a) => `dynamodb:${a}`)),
      );
    }
    if (method.sockets.some((s) => isIn(app, s, stage))) {
      for (const verb of ['POST', 'DELETE'])
        table.set(
          `\${aws_apigatewayv2_api.websocket.execution_arn}/${stage}/${verb}/@connections/*`,
          new Set(['execute-api:ManageConnections']),
        );
    }
    return sorted(table);
  }

  const sorted = (table: ReadonlyMap<string, ReadonlySet<string>>): Record<string, string[]> =>
    Object.fromEntries([...table].sort(([a], [b]) => (a < b ? -1 : 1)).map(([arn, actions]) => [arn, [...actions].sort()]));
});
