/** NIM10xx: finding and reading the project, its configuration and its TypeScript files. */
import { code, defineCodes } from '../diagnostic.js';
import { page } from '../page.js';
import { count, didYouMean, joinWords, quote, someOf } from '../words.js';

export const projectCodes = defineCodes({
  NIM1001: code<{ folder: string }>({
    slug: 'no-project',
    severity: 'error',
    message: ({ folder }) =>
      `no configuration in "${folder}": neither nimbus.yml, nimbus.yaml, nimbus.json nor a "nimbus" key in package.json`,
    hint: () =>
      'write a nimbus.yml with the line "projectName: ..." to start a project here, or name the project\'s folder with --project',
    explain: page({
      what: 'The folder has no nimbusc configuration.',
      why: `
        nimbusc looks in the project folder, and only there, for nimbus.yml, nimbus.yaml, nimbus.json and for a "nimbus"
        key in package.json. The one key it needs is "projectName".`,
      bad: { sh: `nimbusc build --project services` },
      good: { sh: `nimbusc build --project services/chat    # the folder that holds nimbus.yml` },
    }),
  }),

  NIM1002: code<{ file: string; format: 'YAML' | 'JSON'; problem: string; hint: string | null }>({
    slug: 'config-syntax',
    severity: 'error',
    message: ({ file, format, problem }) => `${file} is not valid ${format}: ${problem}`,
    hint: ({ hint }) => hint,
    explain: page({
      what: 'The configuration file cannot be parsed.',
      why: `
        Nothing in the file is used until it parses. Only the first syntax error is reported, because those that follow
        are mostly its echoes.`,
      bad: {
        yaml: `
          projectName: chat
          defaultStages: [dev, prod`,
      },
      good: {
        yaml: `
          projectName: chat
          defaultStages: [dev, prod]`,
      },
    }),
  }),

  NIM1003: code<{ key: string; within: string | null; nearest: string | null; known: readonly string[] }>({
    slug: 'config-key-unknown',
    severity: 'error',
    message: ({ key, within }) =>
      within === null
        ? `the configuration has no key ${quote(key)}`
        : `${quote(within)} in the configuration has no key ${quote(key)}`,
    hint: ({ nearest, known }) => didYouMean(nearest, `known keys: ${someOf(known, 30)}`),
    explain: page({
      what: 'A key of the configuration does not exist.',
      why: `
        An unknown key is an error, because a misspelt setting that is silently ignored is found in production. The
        published JSON Schema completes the keys in editors.`,
      bad: {
        yaml: `
          projectName: chat
          logRetention: 30`,
      },
      good: {
        yaml: `
          projectName: chat
          logRetentionDays: 30`,
      },
    }),
  }),

  NIM1004: code<{ key: string; expected: string; actual: string; hint: string | null }>({
    slug: 'config-value-type',
    severity: 'error',
    message: ({ key, expected, actual }) => `${key} must be ${expected}, this is ${actual}`,
    hint: ({ hint }) => hint,
    explain: page({
      what: 'A value of the configuration has the wrong type.',
      why: `
        YAML decides the type of a value by how it is written: 5.100 is the number 5.1, yes is text, and a key without a
        value is null. Put a value in quotes to make it text.`,
      bad: {
        yaml: `
          projectName: 2024
          defaultStages: dev`,
      },
      good: {
        yaml: `
          projectName: "2024"
          defaultStages: [dev]`,
      },
    }),
  }),

  NIM1005: code<{ file: string }>({
    slug: 'project-name-missing',
    severity: 'error',
    message: ({ file }) => `${file} does not say the project's name`,
    hint: () => 'add a line such as "projectName: my-project"; the name becomes part of the names of all functions',
    explain: page({
      what: 'The configuration has no "projectName".',
      why: `
        The project's name is the first part of the name of every function, queue and topic in AWS. It has no default:
        the name of a folder differs between machines, and a changed name would replace everything that is deployed.`,
      bad: { yaml: `defaultStages: [dev]` },
      good: {
        yaml: `
          projectName: chat
          defaultStages: [dev]`,
      },
    }),
  }),

  NIM1006: code<{ path: string; configured: boolean }>({
    slug: 'tsconfig-missing',
    severity: 'error',
    message: ({ path, configured }) =>
      configured ? `the configured tsconfig ${quote(path)} does not exist` : `the project has no ${path}`,
    hint: ({ configured }) =>
      configured
        ? 'the path is relative to the project folder'
        : 'create one (an empty {} is enough to start), or name another file with "tsconfig" in the configuration',
    explain: page({
      what: 'The tsconfig that the project is read with does not exist.',
      why: `
        The tsconfig says which files belong to the project and how imports ("paths") are resolved. The path in the
        configuration is relative to the project folder.`,
      bad: {
        yaml: `
          projectName: chat
          tsconfig: ../tsconfig.bulid.json`,
      },
      good: {
        yaml: `
          projectName: chat
          tsconfig: ../tsconfig.build.json`,
      },
    }),
  }),

  NIM1007: code<{ path: string; problem: string }>({
    slug: 'tsconfig-broken',
    severity: 'error',
    message: ({ path, problem }) => `${path} cannot be used: ${problem}`,
    explain: page({
      what: 'TypeScript rejects the tsconfig.',
      why: `
        The message is TypeScript's own: a syntax error, an unknown option, or an "extends" that cannot be found. The
        same message comes from "tsc --showConfig".`,
      bad: `
        // tsconfig.json
        { "extends": "./missing.json" }`,
      good: `
        // tsconfig.json
        { "extends": "./tsconfig.base.json" }`,
    }),
  }),

  NIM1008: code<{ problem: string; json: boolean }>({
    slug: 'typescript-syntax',
    severity: 'error',
    message: ({ problem, json }) => `${json ? 'JSON' : 'TypeScript'} syntax error: ${problem}`,
    explain: page({
      what: 'A source file is not valid TypeScript, or a file that one imports is not valid JSON.',
      why: `
        The message about TypeScript is TypeScript's own. Syntax errors of all files are reported together; what else is wrong in a file
        with syntax errors may come to light only after they are gone.`,
      bad: `
        export class Chat {
          @WebSocketServerlessFunction({ topic: 'say' )
          say(): void {}
        }`,
      good: `
        export class Chat {
          @WebSocketServerlessFunction({ topic: 'say' })
          say(): void {}
        }`,
    }),
  }),

  NIM1009: code<{ which: string }>({
    slug: 'no-source-files',
    severity: 'error',
    message: ({ which }) => `there is no TypeScript file ${which}`,
    hint: ({ which }) =>
      which.includes('"source"')
        ? 'patterns are relative to the project folder, such as "src/**/*.ts"; declaration files (.d.ts) do not count'
        : 'declaration files (.d.ts) do not count',
    explain: page({
      what: 'There is nothing to compile.',
      why: `
        nimbusc compiles the files that "source" in the configuration selects, or else those of the tsconfig. Neither a
        folder without TypeScript files nor a pattern that matches nothing is what anybody wants.`,
      bad: {
        yaml: `
          projectName: chat
          source: ["source/*.ts"]     # the files are in src/`,
      },
      good: {
        yaml: `
          projectName: chat
          source: ["src/**/*.ts"]`,
      },
    }),
  }),

  NIM1010: code<{ path: string; problem: string }>({
    slug: 'file-unreadable',
    severity: 'error',
    message: ({ path, problem }) => `${quote(path)} cannot be read: ${problem}`,
    hint: () => "check the file's permissions and that it is a file",
    explain: page({
      what: 'A file that belongs to the project exists but cannot be read.',
      why: `
        The operating system refused: missing permission, a folder or a socket in the place of a file, a broken network
        drive. A file is never skipped, because what it declares would be missing from the deployment.`,
      bad: { sh: `chmod 000 src/chat.ts && nimbusc build` },
      good: { sh: `chmod 644 src/chat.ts && nimbusc build` },
    }),
  }),

  NIM1011: code<{ files: readonly string[] }>({
    slug: 'several-configs',
    severity: 'error',
    message: ({ files }) =>
      `the project is configured in ${files.length === 2 ? 'two' : String(files.length)} places: ${joinWords(files, 'and')}`,
    hint: ({ files }) =>
      `keep ${files[0] ?? 'one of them'} and remove the other${files.length > 2 ? 's' : ''}, or choose one with --config`,
    explain: page({
      what: 'More than one configuration was found.',
      why: `
        nimbus.yml, nimbus.yaml, nimbus.json and the "nimbus" key of package.json are four ways to say the same. They are
        not merged and none wins over another, so that nobody edits a file that has no effect.`,
      bad: { sh: `ls    # nimbus.yml  nimbus.json  package.json` },
      good: { sh: `rm nimbus.json && nimbusc build` },
    }),
  }),

  NIM1012: code<{ key: string; value: string; expected: string; nearest: string | null; hint: string | null }>({
    slug: 'config-value-not-allowed',
    severity: 'error',
    message: ({ key, value, expected }) => `${key} must be ${expected}, not ${value}`,
    hint: ({ nearest, hint }) => hint ?? (nearest === null ? null : `did you mean ${nearest}?`),
    explain: page({
      what: 'A value of the configuration is of the right type but not one of those allowed.',
      why: `
        The allowed values are those that AWS or nimbusc knows: for example CloudWatch keeps logs only for certain
        numbers of days, and a project's name becomes part of names that allow only letters, digits and dashes.`,
      bad: {
        yaml: `
          projectName: my chat
          logRetentionDays: 10
          architecture: arm`,
      },
      good: {
        yaml: `
          projectName: my-chat
          logRetentionDays: 7
          architecture: arm64`,
      },
    }),
  }),

  NIM1013: code<{ key: string }>({
    slug: 'config-key-twice',
    severity: 'error',
    message: ({ key }) => `${key} is given twice`,
    hint: () => 'keep one of the two; nimbusc does not guess which one is meant',
    explain: page({
      what: 'A key stands twice in the same place of the configuration.',
      why: `
        YAML forbids it and JSON parsers keep the last one, mostly unnoticed. Which of the two is in force would depend
        on the parser.`,
      bad: {
        yaml: `
          projectName: chat
          region: eu-west-1
          region: us-east-1`,
      },
      good: {
        yaml: `
          projectName: chat
          region: us-east-1`,
      },
    }),
  }),

  NIM1014: code<{ file: string }>({
    slug: 'config-empty',
    severity: 'error',
    message: ({ file }) => `${file} is empty`,
    hint: () => 'start with the line "projectName: my-project"',
    explain: page({
      what: 'The configuration file has no content besides comments.',
      why: `The one key that a configuration needs is "projectName"; all others have defaults.`,
      bad: { yaml: `# TODO` },
      good: { yaml: `projectName: chat` },
    }),
  }),

  NIM1015: code<{ path: string }>({
    slug: 'config-file-missing',
    severity: 'error',
    message: ({ path }) => `the configuration file ${quote(path)} does not exist`,
    hint: () => '--config takes the path of a .yml, .yaml or .json file, or of a package.json with a "nimbus" key',
    explain: page({
      what: 'The file named with --config does not exist.',
      why: `With --config nimbusc reads that file and looks for no other.`,
      bad: { sh: `nimbusc build --config nimbus.production.yml` },
      good: { sh: `nimbusc build --config config/nimbus.production.yml` },
    }),
  }),

  NIM1016: code<{ path: string }>({
    slug: 'link-loop',
    severity: 'error',
    message: ({ path }) => `the symbolic link ${quote(path)} leads to a folder that it is in`,
    hint: ({ path }) => `remove the link or exclude it, for example with "exclude": ["${path}"] in the tsconfig`,
    explain: page({
      what: 'A symbolic link among the source files points to a folder that contains it.',
      why: `
        Following such a link never ends, and skipping it silently might leave out files that are meant to be deployed.`,
      bad: { sh: `ln -s .. src/project` },
      good: { sh: `rm src/project` },
    }),
  }),

  NIM1017: code<{ file: string; problem: string }>({
    slug: 'config-too-large',
    severity: 'error',
    message: ({ file, problem }) => `${file} is not read further: ${problem}`,
    hint: () => 'write the values out instead of repeating them through anchors (&name) and aliases (*name)',
    explain: page({
      what: 'The configuration grows beyond any sensible size, or contains itself.',
      why: `
        YAML aliases can repeat a value exponentially often, or refer to the very value they stand in. nimbusc stops
        before such a file takes all memory.`,
      bad: {
        yaml: `
          projectName: chat
          review: &all
            again: *all`,
      },
      good: { yaml: `projectName: chat` },
    }),
  }),

  NIM1018: code<{ code: string; level: string }>({
    slug: 'error-cannot-be-lowered',
    severity: 'error',
    message: ({ code: wanted, level }) =>
      `${wanted} is an error and cannot be ${level === 'off' ? 'turned off' : `made ${level === 'info' ? 'an' : 'a'} ${level}`}`,
    hint: ({ code: wanted }) => `remove the line; "nimbusc explain ${wanted}" says how to solve the problem itself`,
    explain: page({
      what: 'The configuration tries to lower the severity of an error.',
      why: `
        Only warnings and infos can be changed with "diagnostics". After an error there is no correct output, so there is
        nothing that could be built in spite of it.`,
      bad: {
        yaml: `
          projectName: chat
          diagnostics:
            NIM1201: "off"`,
      },
      good: {
        yaml: `
          projectName: chat
          diagnostics:
            NIM1602: "off"`,
      },
    }),
  }),

  NIM1019: code<{ code: string; nearest: string | null }>({
    slug: 'code-unknown',
    severity: 'error',
    message: ({ code: wanted }) => `there is no diagnostic code ${quote(wanted)}`,
    hint: ({ nearest }) =>
      didYouMean(nearest, 'the code stands in square brackets in front of each message, as in "warning[NIM1602]"'),
    explain: page({
      what: 'The configuration changes the severity of a code that does not exist.',
      why: `Codes are never renumbered, so this is a typing mistake, or a code of a newer version of nimbusc.`,
      bad: {
        yaml: `
          projectName: chat
          diagnostics:
            NIM1699: "off"`,
      },
      good: {
        yaml: `
          projectName: chat
          diagnostics:
            NIM1602: "off"`,
      },
    }),
  }),

  NIM1020: code<{ folder: string; isFile: boolean }>({
    slug: 'project-folder-missing',
    severity: 'error',
    message: ({ folder, isFile }) =>
      isFile ? `"${folder}" is a file, not a project folder` : `the folder "${folder}" does not exist`,
    hint: ({ isFile }) =>
      isFile
        ? '--project takes the folder; use --config to name a configuration file'
        : '--project takes the folder that holds the configuration',
    explain: page({
      what: 'The folder given with --project does not exist or is a file.',
      why: `Without --project the current folder is the project.`,
      bad: { sh: `nimbusc build --project chat/nimbus.yml` },
      good: { sh: `nimbusc build --project chat` },
    }),
  }),

  NIM1021: code<{ path: string; key: string }>({
    slug: 'package-without-config',
    severity: 'error',
    message: ({ path, key }) => `${path} has no ${quote(key)} key`,
    hint: () => 'add "nimbus": { "projectName": "my-project" }',
    explain: page({
      what: 'A package.json was named with --config, but it configures no nimbusc project.',
      why: `In package.json the configuration is the value of the key "nimbus".`,
      bad: { sh: `nimbusc build --config package.json    # { "name": "chat" }` },
      good: { sh: `nimbusc build --config package.json    # { "name": "chat", "nimbus": { "projectName": "chat" } }` },
    }),
  }),

  NIM1022: code<{ key: string; amount: number; least: number }>({
    slug: 'config-list-too-short',
    severity: 'error',
    message: ({ key, amount, least }) =>
      `${key} must have at least ${count(least, 'entry', 'entries')}, this has ${amount === 0 ? 'none' : String(amount)}`,
    hint: () => 'remove the key to use its default',
    explain: page({
      what: 'A list of the configuration must not be empty.',
      why: `An empty "defaultStages" would mean that decorators without "stages" are deployed nowhere.`,
      bad: {
        yaml: `
          projectName: chat
          defaultStages: []`,
      },
      good: {
        yaml: `
          projectName: chat
          defaultStages: [dev]`,
      },
    }),
  }),
});
