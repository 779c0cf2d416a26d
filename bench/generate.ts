/**
 * Writes projects of N handlers, one class per file, in nimbusc's authoring language. The same N gives the same bytes.
 * `node out/bench/generate.js DIR N` writes one to look at.
 */
import { existsSync, mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { handlerKind, handlerText } from './handler-kinds.js';

export interface HandlerFile {
  readonly path: string;
  readonly text: string;
  readonly className: string;
  readonly methodName: string;
}

/** One handler of a generated project. A higher `revision` is the same handler with another text in its body. */
export function handlerFile(index: number, revision = 0): HandlerFile {
  const kind = handlerKind(index);
  const id = String(index).padStart(4, '0');
  const className = `${kind.className}${id}`;
  return {
    // Kebab-case, as people name files: read-account-0000.ts.
    path: `src/handlers/${kind.className.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()}-${id}.ts`,
    text: handlerText(kind, className, id, revision),
    className,
    methodName: kind.methodName,
  };
}

export function generateProject(folder: string, handlers: number): void {
  writeProject(folder, `bench-${handlers}`, [...SHARED, ...Array.from({ length: handlers }, (_, index) => handlerFile(index))]);
}

/** Writes sources and what makes a project of them: nimbus.yml, tsconfig, package.json, nimbusc in node_modules. */
export function writeProject(
  folder: string,
  name: string,
  sources: readonly { readonly path: string; readonly text: string }[],
): void {
  for (const { path, text } of [...projectFiles(name), ...sources]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  const link = join(folder, 'node_modules', 'nimbusc');
  if (!existsSync(link)) symlinkSync(repositoryRoot(), link, 'dir');
}

/** Compiled files lie in `out/bench`, sources in `bench`: both are below the folder whose package is nimbusc. */
export function repositoryRoot(): string {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).name === 'nimbusc') return folder;
  }
  throw new Error('bench must lie inside the nimbusc repository');
}

function projectFiles(name: string) {
  const manifest = { name, version: '1.0.0', private: true, type: 'module', dependencies: { nimbusc: '*' } };
  const tsconfig = {
    compilerOptions: {
      target: 'es2022',
      module: 'nodenext',
      moduleResolution: 'nodenext',
      strict: true,
      skipLibCheck: true,
      noEmit: true,
      types: [],
    },
    include: ['src'],
  };
  return [
    { path: 'package.json', text: `${JSON.stringify(manifest, null, 2)}\n` },
    { path: 'tsconfig.json', text: `${JSON.stringify(tsconfig, null, 2)}\n` },
    { path: 'nimbus.yml', text: `projectName: ${name}\nregion: eu-west-1\n` },
  ];
}

const SHARED = [
  {
    path: 'src/models/account.ts',
    text: `import { Attribute, DocumentStore, Key } from 'nimbusc';

@DocumentStore()
export class Account {
  @Key() id = '';
  @Attribute() owner = '';
  @Attribute() balance = 0;
  @Attribute() connection = '';
  @Attribute() tags: string[] = [];
  @Attribute() openedAt = new Date(0);
}
`,
  },
  {
    path: 'src/models/session.ts',
    text: `import { Attribute, KeyValueStore } from 'nimbusc';

@KeyValueStore({ keyType: String, keyName: 'connection' })
export class Session {
  @Attribute() accountId = '';
  @Attribute() messages = 0;
}

export function newSession(accountId: string): Session {
  const session = new Session();
  session.accountId = accountId;
  return session;
}
`,
  },
  {
    path: 'src/shared/messages.ts',
    text: `export interface AccountInput {
  id: string;
  owner: string;
  balance: number;
}

export interface RoomMessage {
  topic: string;
  to: string;
  text: string;
}
`,
  },
  {
    path: 'src/shared/text.ts',
    text: `import { HttpException } from 'nimbusc';

export function requireText(value: string | null | undefined, name: string): string {
  const text = value?.trim();
  if (!text) throw new HttpException(400, \`\${name} is missing\`);
  return text;
}

export function describe(revision: string, what: string, of: string): string {
  return \`\${what}: \${of} (\${revision})\`;
}
`,
  },
];

function main([folder, handlers]: readonly string[]): void {
  const count = Number(handlers);
  if (folder === undefined || !Number.isInteger(count) || count < 1) {
    process.stderr.write('usage: node out/bench/generate.js DIR N\n');
    process.exit(2);
  }
  generateProject(resolve(folder), count);
}

const [, script] = process.argv;
if (script !== undefined && realpathSync(script) === import.meta.filename) main(process.argv.slice(2));
