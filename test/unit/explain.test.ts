/**
 * The examples of `nimbusc explain NIM1234`: what is called bad gives the code, what is called good is compiled without an
 * error. An example is the part of a project that matters; what it takes for granted is added here.
 */
import { expect } from 'chai';
import type { CatalogueEntry } from '../../compiler/diagnostics/catalogue.js';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.js';
import { nimbusExports } from '../../compiler/kinds/exports.js';
import { catalogueOf } from '../../compiler/pipeline.js';
import { awsWithoutSdk, tempProject } from '../support/temp-project.js';

/** What examples use without saying where it comes from; real projects have such files. */
const WORLD: Readonly<Record<string, string>> = {
  Order: "@DocumentStore({ stages: ['dev', 'test', 'prod'] })\nexport class Order {\n  @Key() id = '';\n}",
  Customer: "@DocumentStore()\nexport class Customer {\n  @Key() id = '';\n}",
  Message: "@DocumentStore()\nexport class Message {\n  @Key() id = '';\n}",
  Mails: "@Queue({ id: 'mails' })\nexport class Mails {}",
  OrderQueue: "@Queue({ id: 'orders' })\nexport class OrderQueue {}",
  DeliveryQueue: "@Queue({ id: 'deliveries' })\nexport class DeliveryQueue {}",
  TeamDatabase:
    "@RelationalDatabase({ name: 'team', username: 'app', password: '${TEAM_PASSWORD}', databaseLanguage: 'MYSQL' })\nexport class TeamDatabase {}",
  Room: 'export class Room {}',
  Rooms: 'export class Rooms {}',
  ChatFactory: 'export class ChatFactory {\n  create(): object {\n    return {};\n  }\n}',
  Tokens: 'export class Tokens {\n  authorize(): boolean {\n    return true;\n  }\n}',
  Sessions: 'export class Sessions {\n  authorize(): boolean {\n    return true;\n  }\n}',
  LoudChatFactory: 'export class LoudChatFactory {\n  create(): object {\n    return {};\n  }\n}',
};

const HANDLER = `
import { HttpServerlessFunction } from 'nimbusc';

export class Ping {
  @HttpServerlessFunction({ method: 'GET', path: 'ping' })
  ping(): void {}
}
`;

type Files = Readonly<Record<string, string>>;

const installed = (name: string): Files => ({
  [`node_modules/${name}/package.json`]: JSON.stringify({ name, version: '1.0.0', main: 'index.js' }),
  [`node_modules/${name}/index.js`]: 'exports.format = String;\n',
});

const IMAGES: Files = { 'src/images.ts': HANDLER.replaceAll(/[Pp]ing/g, 'Images').replace('\n', "\nimport 'sharp';\n") };

const PAGES: Files = { 'website/index.html': '<script src="${NIMBUS_REST_API_URL}"></script>\n' };

/** Files that an example speaks of; those of the good one, where it differs. */
const FILES: Readonly<Record<string, readonly [bad: Files, good?: Files]>> = {
  NIM1006: [{ '../tsconfig.build.json': '{ "include": ["project/src"] }' }],
  NIM1007: [{ 'tsconfig.base.json': '{}', 'src/ping.ts': HANDLER }],
  NIM1104: [{ 'src/paths.ts': "export const ORDERS_PATH = 'orders';\n" }],
  NIM1504: [{ 'nimbus.yml': 'projectName: example\npermissions: infer\n' }],
  NIM1807: [
    {
      'src/person.ts':
        "import { DocumentStore, Key } from 'nimbusc';\n@DocumentStore()\nexport class Person {\n  @Key() id = '';\n}",
    },
  ],
  NIM1808: [{ 'src/world.ts': `import { DocumentStore, Key } from 'nimbusc';\n${WORLD['Order']}` }],
  NIM3072: [{ 'index.html': '' }],
  NIM6301: [PAGES],
  NIM6303: [PAGES],
  NIM6305: [PAGES],
  NIM6306: [PAGES],
  NIM6307: [{ ...PAGES, 'other.html': '' }],
  NIM6308: [PAGES],
  NIM6309: [PAGES],
  NIM6310: [PAGES],
  NIM4001: [{}, installed('date-fns')],
  NIM4002: [{ 'src/parser.ts': 'export function parseOrder(text: string): string {\n  return text;\n}\n' }],
  NIM4004: [IMAGES, { ...IMAGES, ...installed('sharp') }],
};

const ORDER = (fields: string, options = ''): string => `@DocumentStore(${options})\nexport class Order {\n${fields}\n}`;
const ID = "@Key() id = '';";

/** What was built before, of examples that are compared with that. */
const BUILT: Readonly<Record<string, { readonly source: string; readonly stage: string }>> = {
  NIM1803: { source: ORDER(ID), stage: 'prod' },
  NIM1804: { source: ORDER(ID), stage: 'prod' },
  NIM1805: { source: ORDER(ID, "{ tableName: 'order' }"), stage: 'prod' },
  NIM1806: { source: "@DocumentStore()\nexport class User {\n  @Key() name = '';\n}", stage: 'prod' },
  NIM1809: { source: ORDER(ID), stage: 'prod' },
  NIM1810: { source: ORDER(ID), stage: 'dev' },
  NIM1811: { source: ORDER(`${ID} @Attribute() amount = '';`), stage: 'prod' },
  NIM1812: { source: ORDER(`${ID} @Attribute() state: 'open' | 'paid' | 'lost' = 'open';`), stage: 'prod' },
  NIM1813: { source: ORDER(ID), stage: 'prod' },
  NIM1814: { source: "@DocumentStore()\nexport class User {\n  @Key() id = ''; @Attribute() mail = '';\n}", stage: 'prod' },
};

/** Examples that do not give their code, and why not. */
const ASIDE: Readonly<Record<string, string>> = {
  NIM1303: 'buckets come later',
  NIM1706: 'it leaves out a thousand levels',
  NIM3003: 'the names are refused before that',
  NIM3010: 'it leaves out a hundred lines',
  NIM3011: 'it leaves out five thousand characters',
  NIM3015: 'it would take a package of 250 MB',
  NIM3020: 'it leaves out three hundred lines',
  NIM3022: 'it leaves out fifty lines',
  NIM3083: 'it leaves out five lines',
  NIM4005: 'it takes a package of that many files',
  NIM6302: 'it takes a link that leads nowhere',
  NIM6304: 'it takes an empty folder',
};

interface Examples {
  readonly language: string;
  readonly bad: string;
  readonly good: string;
}

function examplesOf({ explain }: CatalogueEntry): Examples | null {
  const form = /\n\nBad:\n\n```(ts|yaml|sh)\n([\s\S]+?)\n```\n\nGood:\n\n```\1\n([\s\S]+?)\n```\n$/.exec(explain);
  return form === null ? null : { language: form[1] as string, bad: form[2] as string, good: form[3] as string };
}

/** The files of an example in TypeScript: one, or those that comments name. */
function sourcesOf(example: string): Record<string, string> {
  const parts = example.split(/^\/\/ ([\w./-]+\.(?:ts|json))$/m);
  if (parts.length === 1) return { 'src/example.ts': withImports(example) };
  const files: Record<string, string> = {};
  for (let i = 1; i < parts.length; i += 2) {
    const [name = '', text = ''] = parts.slice(i, i + 2);
    files[name.endsWith('.json') || name.startsWith('src/') ? name : `src/${name}`] = name.endsWith('.json')
      ? text
      : withImports(text);
  }
  return files;
}

/** With the imports that a page has no room for: of every name that is used and neither declared nor imported. */
function withImports(text: string): string {
  return `import { ${used(text, nimbusExports).join(', ')} } from 'nimbusc';\nimport { ${used(text, Object.keys(WORLD)).join(', ')} } from './world.js';\n${text}\n`;
}

function used(text: string, names: Iterable<string>): string[] {
  const own = new Set([...text.matchAll(/(?:class|const|let|function|import(?: type)? \{) (\w+)/g)].map((match) => match[1]));
  return [...names].filter((name) => !own.has(name) && new RegExp(`\\b${name}\\b`).test(text));
}

function filesOf(example: string, language: string): Record<string, string> {
  if (language === 'yaml') return { 'nimbus.yml': example, 'src/ping.ts': HANDLER };
  const world = used(example, Object.keys(WORLD)).map((name) => WORLD[name]);
  return {
    'src/world.ts': `import { DocumentStore, Key, Queue, RelationalDatabase } from 'nimbusc';\n\n${world.join('\n\n')}\n`,
    ...sourcesOf(example),
  };
}

async function compile(code: string, files: Files): Promise<readonly Diagnostic[]> {
  const project = tempProject(files);
  try {
    const before = BUILT[code];
    if (before !== undefined) {
      project.write({ 'nimbus.yml': `projectName: example\ndefaultStages: [${before.stage}]\n`, ...sourcesOf(before.source) });
      expect((await project.build()).diagnostics.filter(({ severity }) => severity === 'error')).to.deep.equal([]);
      project.write(files);
    }
    return (code.startsWith('NIM40') ? await project.build() : await project.check()).diagnostics;
  } finally {
    project.remove();
  }
}

describe('the pages of nimbusc explain', () => {
  const { entries } = catalogueOf(awsWithoutSdk());

  for (const entry of entries) {
    const examples = examplesOf(entry);

    it(`of ${entry.code} have a sentence, a paragraph, a bad and a good example`, () => {
      expect(entry.explain).to.match(/^[^\n]+\.\n\n[^`]+?\n\nBad:\n\n/);
      expect(examples, 'the examples').to.not.equal(null);
      for (const line of entry.explain.split('\n')) expect(line.length, line).to.be.at.most(130);
    });

    if (examples === null || examples.language === 'sh') continue;
    const { language, bad, good } = examples;
    const [badFiles = {}, goodFiles = badFiles] = FILES[entry.code] ?? [];
    const aside = ASIDE[entry.code];

    if (aside !== undefined) {
      it(`of ${entry.code} have a bad example that gives something else, because ${aside}`, async () => {
        const diagnostics = await compile(entry.code, { ...badFiles, ...filesOf(bad, language) });
        expect(diagnostics.map((d) => d.code)).to.not.include(entry.code);
      });
      continue;
    }

    it(`of ${entry.code} have a bad example that gives ${entry.slug}`, async () => {
      const diagnostics = await compile(entry.code, { ...badFiles, ...filesOf(bad, language) });
      expect(diagnostics.map((d) => d.code)).to.include(entry.code);
    });

    it(`of ${entry.code} have a good example that is compiled without an error`, async () => {
      const diagnostics = await compile(entry.code, { ...goodFiles, ...filesOf(good, language) });
      const wrong = diagnostics.filter((d) => d.severity === 'error' || d.code === entry.code);
      expect(wrong.map((d) => `${d.code} ${d.message}`)).to.deep.equal([]);
    });
  }
});
