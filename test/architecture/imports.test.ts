import { expect } from 'chai';
import { type Import, importsOf, trackedFiles } from './repository.js';

const sources = trackedFiles('bin/*.ts', 'compiler/*.ts', 'providers/*.ts', 'runtime/*.ts');
const imports = sources.flatMap(importsOf);

/** Where a file belongs: the longest of these that it lies in. */
const LAYERS = [
  'bin',
  'compiler',
  'compiler/ir',
  'compiler/diagnostics',
  'compiler/schema',
  'compiler/config',
  'compiler/types',
  'compiler/kinds',
  'compiler/documents',
  'compiler/pictures',
  'compiler/guard',
  'compiler/cache',
  'compiler/review',
  'compiler/phases/1-load',
  'compiler/phases/2-read',
  'compiler/phases/3-link',
  'compiler/phases/6-bundle',
  'compiler/phases/7-emit',
  'providers/aws',
  'providers/aws/runtime',
  'providers/local',
  'runtime',
] as const;
type Layer = (typeof LAYERS)[number];

/** Files of `compiler/` itself that anyone in it may use: no state, no knowledge of phases. */
const COMMON = ['compiler/hash.ts', 'compiler/paths.ts', 'compiler/options.ts', 'compiler/provider.ts', 'compiler/turn.ts'];
/** What the compiler tells the local cloud, which runs beside users' code and must load nothing else of it. */
const LOCAL_PLAN = 'compiler/local-plan.ts';
const FRONT: Layer[] = ['compiler/ir', 'compiler/diagnostics', 'compiler/schema', 'compiler/config', 'compiler/kinds'];

/** What each layer may import besides itself. Phases know those before them, and nobody knows those after. */
const ALLOWED: { readonly [L in Layer]: readonly Layer[] } = {
  bin: [
    'compiler',
    'compiler/diagnostics',
    'compiler/documents',
    'compiler/pictures',
    'compiler/review',
    'providers/aws',
    'providers/local',
  ],
  compiler: [
    ...FRONT,
    'compiler/documents',
    'compiler/guard',
    'compiler/cache',
    'compiler/review',
    'compiler/phases/1-load',
    'compiler/phases/2-read',
    'compiler/phases/3-link',
    'compiler/phases/6-bundle',
    'compiler/phases/7-emit',
  ],
  'compiler/ir': [],
  'compiler/diagnostics': ['compiler/ir'],
  'compiler/schema': ['compiler/ir', 'compiler/diagnostics'],
  'compiler/config': ['compiler/ir', 'compiler/diagnostics', 'compiler/schema'],
  'compiler/types': ['compiler/ir'],
  'compiler/kinds': ['compiler/ir', 'compiler/diagnostics', 'compiler/schema', 'compiler/types'],
  'compiler/documents': ['compiler/ir', 'compiler/kinds'],
  'compiler/pictures': ['compiler/ir'],
  'compiler/guard': FRONT,
  'compiler/cache': ['compiler/ir', 'compiler/diagnostics'],
  'compiler/review': ['compiler/ir', 'compiler/diagnostics', 'compiler/config'],
  'compiler/phases/1-load': FRONT,
  'compiler/phases/2-read': [...FRONT, 'compiler/types', 'compiler/phases/1-load'],
  'compiler/phases/3-link': [...FRONT, 'compiler/types', 'compiler/phases/2-read'],
  'compiler/phases/6-bundle': [...FRONT, 'compiler/phases/1-load'],
  'compiler/phases/7-emit': FRONT,
  'providers/aws': [...FRONT, 'compiler/review'],
  'providers/aws/runtime': ['runtime'],
  // What is stored looks the same as in AWS, because the same code writes it.
  'providers/local': ['runtime', 'providers/aws/runtime'],
  runtime: [],
};

/** The cache keeps what phases hand it, so it knows the types of these values; nothing more. */
const TYPES_ONLY: { readonly [L in Layer]?: readonly Layer[] } = {
  'compiler/cache': [
    'compiler',
    'compiler/phases/1-load',
    'compiler/phases/3-link',
    'compiler/phases/6-bundle',
    'compiler/phases/7-emit',
  ],
};

const layerOf = (file: string): Layer | undefined =>
  LAYERS.filter((layer) => file.startsWith(`${layer}/`)).sort((a, b) => b.length - a.length)[0];

describe('imports', () => {
  it('are found at all', () => {
    expect(imports.length).to.be.greaterThan(300);
    expect(imports.some((one) => one.to === 'cdktf')).to.equal(true);
    expect(imports.filter((one) => one.to.startsWith('compiler/') && layerOf(one.to) === undefined)).to.deep.equal([]);
  });

  it('go from later layers to earlier ones only', () => {
    const wrong = imports.filter((one) => {
      const from = layerOf(one.from);
      const to = layerOf(one.to);
      if (from === undefined || to === undefined || from === to) return false;
      if (ALLOWED[from].includes(to)) return false;
      if (from === 'providers/local') return one.to !== LOCAL_PLAN && !(one.typeOnly && to === 'compiler/ir');
      if (from !== 'runtime' && from !== 'providers/aws/runtime' && COMMON.includes(one.to)) return false;
      return !(one.typeOnly && (TYPES_ONLY[from] ?? []).includes(to));
    });
    expect(wrong.map((one) => `${one.from} imports ${one.to}`)).to.deep.equal([]);
  });

  const places: readonly (readonly [library: RegExp, where: RegExp])[] = [
    [/^(ts-morph|@ts-morph\/common|typescript)$/, /^compiler\/phases\/1-load\//],
    [/^esbuild$/, /^compiler\/phases\/6-bundle\//],
    [/^handlebars$/, /^compiler\/(phases\/6-bundle|review)\//],
    [/^fflate$/, /^compiler\/phases\/6-bundle\//],
    [/^@dagrejs\/dagre$/, /^compiler\/pictures\//],
    [/^yaml$/, /^compiler\/config\//],
    [/^yargs$/, /^bin\//],
    [/^ws$/, /^providers\/local\/servers\//],
    [/^(cdktf|constructs|@cdktf\/.*)$/, /^providers\/aws\/(?!runtime\/)/],
    [/^@aws-sdk\//, /^providers\/aws\/runtime\/sdk\//],
    [/^node:fs/, /^(bin\/|providers\/aws\/bundle\.ts$|providers\/aws\/runtime\/(rds|s3)\/|providers\/local\/)/],
    [
      /^node:(child_process|net|http|https|dgram|worker_threads|vm)/,
      /^(bin\/(vendored|git-host)\.ts$|bin\/(dev-compiler\.ts$|commands\/dev\.ts$)|providers\/local\/(project\.ts$|(servers|dev|console)\/|kinds\/postgres-server\.ts$))/,
    ],
    [/^node:process$/, /^(bin|providers\/local)\//],
  ];
  for (const [library, where] of places) {
    it(`of ${library.source} stand only where they belong`, () => {
      const wrong = imports.filter((one) => library.test(one.to) && !where.test(one.from));
      expect(wrong.map((one: Import) => `${one.from} imports ${one.to}`)).to.deep.equal([]);
    });
  }

  it('of the bindings name one resource each, never the index that takes seconds to load', () => {
    const bindings = imports.filter((one) => one.to.startsWith('@cdktf/'));
    expect(bindings.length).to.be.greaterThan(5);
    for (const { to } of bindings) expect(to).to.match(/^@cdktf\/provider-aws\/lib\/[a-z0-9-]+\/index\.js$/);
  });
});
