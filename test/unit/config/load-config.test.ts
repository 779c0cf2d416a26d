import { expect } from 'chai';
import { configDefaults, forStage, isProtectedStage } from '../../../compiler/config/config.js';
import { keySpanOf, type LoadedConfig, loadConfig, severitySettings, spanOf } from '../../../compiler/config/load-config.js';
import { createSink } from '../../../compiler/diagnostics/sink.js';
import { catalogue } from '../diagnostics/example-catalogue.js';
import { json, load, yml } from './load.js';
import { memoryHost } from './memory-host.js';

function loadedFrom(text: string): LoadedConfig {
  const { loaded, messages } = yml(text);
  if (loaded === null) throw new Error(messages.join('\n'));
  return loaded;
}

describe('finding the configuration', () => {
  const text = 'projectName: chat\n';

  it('takes nimbus.yml, nimbus.yaml, nimbus.json or the key "nimbus" of package.json', () => {
    expect(load({ 'nimbus.yml': text }).loaded?.file).to.equal('nimbus.yml');
    expect(load({ 'nimbus.yaml': text }).loaded?.file).to.equal('nimbus.yaml');
    expect(load({ 'nimbus.json': '{"projectName":"chat"}' }).loaded?.file).to.equal('nimbus.json');
    const inPackage = load({ 'package.json': '{"name":"x","nimbus":{"projectName":"chat"}}' }).loaded;
    expect([inPackage?.file, inPackage?.config.projectName]).to.deep.equal(['package.json', 'chat']);
  });

  it('ignores a package.json without the key, and a broken one beside another configuration', () => {
    expect(load({ 'nimbus.yml': text, 'package.json': '{"name":"nimbus"}' }).problems).to.deep.equal([]);
    expect(load({ 'nimbus.yml': text, 'package.json': '{"nimbus":' }).problems).to.deep.equal([]);
    expect(load({ 'nimbus.yml': text, 'package.json': null }).problems).to.deep.equal([]);
  });

  it('says where it looked when there is none', () => {
    const { problems, messages } = load({ 'package.json': '{}' });
    expect(problems).to.deep.equal(['NIM1001']);
    expect(messages[0]).to.include('neither nimbus.yml, nimbus.yaml, nimbus.json nor a "nimbus" key in package.json');
  });

  it('names all of several', () => {
    const found = load({ 'nimbus.yml': text, 'nimbus.json': '{}', 'package.json': '{"nimbus":{}}' });
    expect(found.messages).to.deep.equal(['the project is configured in 3 places: nimbus.yml, nimbus.json and package.json']);
  });

  it('reads only the file that is named explicitly', () => {
    const files = { 'nimbus.yml': text, 'config/other.yaml': 'projectName: other\n' };
    expect(load(files, 'config/other.yaml').loaded?.config.projectName).to.equal('other');
    expect(load(files, '/project/config/other.yaml').loaded?.file).to.equal('config/other.yaml');
    expect(load(files, 'nimbus.yaml').problems).to.deep.equal(['NIM1015']);
    expect(load({ 'package.json': '{}' }, 'package.json').problems).to.deep.equal(['package.json:1:1 NIM1021']);
  });

  it('reports a file that cannot be read, in words', () => {
    const { messages } = load({ 'nimbus.yml': null });
    expect(messages).to.deep.equal(['"nimbus.yml" cannot be read: permission denied']);
  });

  it('reports a project folder that does not exist', () => {
    const sink = createSink(catalogue);
    loadConfig(memoryHost({}), '/elsewhere', null, sink);
    expect(sink.finish().map((one) => one.message)).to.deep.equal(['the folder "/elsewhere" does not exist']);
  });
});

describe('a loaded configuration', () => {
  it('has the documented defaults', () => {
    expect(loadedFrom('projectName: chat').config).to.deep.equal({ projectName: 'chat', ...configDefaults });
  });

  it('is plain data, so that it can be cached', () => {
    const loaded = loadedFrom('projectName: chat\nbackend: { s3: { bucket: b } }\nprotect: [dev]\n');
    expect(JSON.parse(JSON.stringify(loaded))).to.deep.equal(loaded);
  });

  it('has all keys that a project sets', () => {
    const { config } = loadedFrom(`
$schema: ./node_modules/nimbusc/schema/nimbus.schema.json
projectName: chat
source: src/**/*.ts
tsconfig: tsconfig.build.json
defaultStages: [dev, prod]
keepWarmStages: [prod]
region: eu-west-1
out: build
backend:
  dev: { local: { path: dev.tfstate } }
  prod: { s3: { bucket: state, key: chat } }
permissions: infer
runtime: nodejs24.x
architecture: x86_64
logRetentionDays: 30
httpErrorMessageType: HEADER
defaultAllowedOrigin: { dev: "*", prod: "https://example.com" }
defaultAllowedHeaders: [x-user]
bundle: { minify: false, external: [sharp] }
sourceTags: false
awsProviderVersion: ">= 5.100, < 7"
protect: [prod]
allowDestroy: [aws_dynamodb_table.Order]
moved: { aws_dynamodb_table.Old: aws_dynamodb_table.New }
review: { failOn: [exposure] }
diagnostics: { NIM1602: off }
`);
    expect(config).to.deep.equal({
      projectName: 'chat',
      source: ['src/**/*.ts'],
      tsconfig: 'tsconfig.build.json',
      defaultStages: ['dev', 'prod'],
      keepWarmStages: ['prod'],
      region: 'eu-west-1',
      out: 'build',
      backend: {
        everywhere: null,
        byStage: {
          dev: { type: 'local', settings: { path: 'dev.tfstate' } },
          prod: { type: 's3', settings: { bucket: 'state', key: 'chat' } },
        },
      },
      permissions: 'infer',
      runtime: 'nodejs24.x',
      architecture: 'x86_64',
      logRetentionDays: 30,
      httpErrorMessageType: 'HEADER',
      defaultAllowedOrigin: { everywhere: null, byStage: { dev: '*', prod: 'https://example.com' } },
      defaultAllowedHeaders: { everywhere: ['x-user'], byStage: {} },
      bundle: { minify: false, sourceMaps: false, awsSdk: 'bundled', external: ['sharp'] },
      sourceTags: false,
      awsProviderVersion: '>= 5.100, < 7',
      protect: ['prod'],
      allowDestroy: ['aws_dynamodb_table.Order'],
      moved: { 'aws_dynamodb_table.Old': 'aws_dynamodb_table.New' },
      review: { failOn: ['exposure'], approved: [] },
      diagnostics: { NIM1602: 'off' },
    });
  });

  it('tells a backend for all stages from one per stage, even for a stage that is called like a backend', () => {
    const backend = (text: string) => loadedFrom(`projectName: chat\nbackend: ${text}\n`).config.backend;
    const local = { type: 'local', settings: { path: 'x' } };
    expect(backend('{ local: { path: x } }')).to.deep.equal({ everywhere: local, byStage: {} });
    expect(backend('{ local: { local: { path: x } } }')).to.deep.equal({ everywhere: null, byStage: { local } });
  });

  it('follows anchors, aliases and merge keys', () => {
    const { config } = loadedFrom(
      'projectName: chat\nbackend:\n  dev: { s3: &s3 { bucket: b, key: dev } }\n  prod: { s3: { <<: *s3, key: prod } }\n',
    );
    expect(forStage(config.backend, 'prod')).to.deep.equal({ type: 's3', settings: { key: 'prod', bucket: 'b' } });
  });

  it('knows where keys and values stand', () => {
    const text = 'projectName: chat\nbundle:\n  minify: false\nprotect: [dev, prod]\ndiagnostics: { NIM1602: off }\n';
    const loaded = loadedFrom(text);
    const at = (path: (string | number)[]): string => {
      const { start, end } = spanOf(loaded, path);
      return text.slice(start, end);
    };
    expect(at(['projectName'])).to.equal('chat');
    expect(at(['bundle', 'minify'])).to.equal('false');
    expect(at(['bundle', 'awsSdk'])).to.equal('minify: false');
    expect(at(['protect', 1])).to.equal('prod');
    expect(spanOf(loaded, ['region'])).to.include({ file: 'nimbus.yml', start: 0 });
    expect(keySpanOf(loaded, ['region'])).to.equal(null);
    expect(severitySettings(loaded)).to.deep.equal([
      { code: 'NIM1602', level: 'off', span: { file: 'nimbus.yml', start: text.indexOf('NIM'), end: text.indexOf('NIM') + 7 } },
    ]);
  });

  it('gives places in files with CR LF and a byte order mark', () => {
    const text = '\ufeffprojectName: chat\r\nregion: eu\r\n';
    expect(yml(text).problems).to.deep.equal(['nimbus.yml:2:9 NIM1012 eu']);
    expect(json('\ufeff{"projectName": "chat",\r\n"region": "eu"}').problems).to.deep.equal(['nimbus.json:2:11 NIM1012 "eu"']);
  });

  it('protects every stage but dev unless it says otherwise', () => {
    const unsaid = loadedFrom('projectName: chat').config;
    expect([isProtectedStage(unsaid, 'dev'), isProtectedStage(unsaid, 'prod')]).to.deep.equal([false, true]);
    const said = loadedFrom('projectName: chat\nprotect: []').config;
    expect(isProtectedStage(said, 'prod')).to.equal(false);
  });

  it('does not take members of every object for stages', () => {
    const { config } = loadedFrom('projectName: chat\ndefaultAllowedOrigin: { dev: "*" }');
    expect(forStage(config.defaultAllowedOrigin, 'constructor')).to.equal(null);
  });
});

describe('bad configuration', () => {
  it('is reported all in one go, each problem at its key or value', () => {
    const found = yml(`projectName: my chat
logRetention: 30
logRetentionDays: 10
architecture: arm
defaultStages: dev
bundle:
  minfy: true
  external: [1]
awsProviderVersion: 5.100
region:
protect: [prod, 1]
projectName: twice
`);
    expect(found.problems).to.deep.equal([
      'nimbus.yml:1:14 NIM1012 my chat',
      'nimbus.yml:2:1 NIM1003 logRetention',
      'nimbus.yml:3:19 NIM1012 10',
      'nimbus.yml:4:15 NIM1012 arm',
      'nimbus.yml:5:16 NIM1004 dev',
      'nimbus.yml:7:3 NIM1003 minfy',
      'nimbus.yml:8:14 NIM1004 1',
      'nimbus.yml:9:21 NIM1004 5.100',
      'nimbus.yml:10:1 NIM1004 region',
      'nimbus.yml:11:17 NIM1004 1',
      'nimbus.yml:12:1 NIM1013 projectName',
    ]);
    expect(found.hints).to.deep.equal([
      'did you mean "my-chat"?',
      'did you mean "logRetentionDays"?',
      'the nearest ones are 7 and 14',
      'did you mean "arm64"?',
      'write it as a list: [dev]',
      'did you mean "minify"?',
      'write "1" in quotes',
      'write "5.100" in quotes',
      null,
      'write "1" in quotes',
      'keep one of the two; nimbusc does not guess which one is meant',
    ]);
    expect(found.diagnostics.at(-1)?.related).to.deep.equal([
      { span: { file: 'nimbus.yml', start: 0, end: 11 }, text: 'first given here' },
    ]);
  });

  it('explains values that are not what they look like', () => {
    const first = (text: string) => {
      const { messages, hints } = yml(`projectName: chat\n${text}\n`);
      return `${messages[0]}; ${hints[0]}`;
    };
    expect(first('sourceTags: yes')).to.equal(
      '"sourceTags" must be true or false, this is the string "yes"; write true, without quotes',
    );
    expect(first('sourceTags: Off')).to.equal(
      '"sourceTags" must be true or false, this is the string "Off"; write false, without quotes',
    );
    expect(first('defaultStages: [on, true]')).to.equal(
      'item 2 of "defaultStages" must be a stage name of letters, digits, - and _, this is true; write "true" in quotes',
    );
    expect(first('logRetentionDays: "14"')).to.equal(
      '"logRetentionDays" must be a number of days that CloudWatch knows, this is the string "14"; write 14 without quotes',
    );
    expect(first('defaultAllowedOrigin: https://example.com/')).to.match(/; did you mean "https:\/\/example\.com"\?$/u);
    expect(first('diagnostics: { NIM16: off }')).to.equal(
      'a key of "diagnostics" must be a code such as NIM1602, not "NIM16"; null',
    );
    expect(first('defaultStages: []')).to.equal(
      '"defaultStages" must have at least 1 entry, this has none; remove the key to use its default',
    );
    expect(first('tsconfig: ""')).to.equal('"tsconfig" must be a non-empty string, not ""; null');
  });

  it('lacks the name of the project, but not when the name is merely misspelt', () => {
    expect(yml('region: eu-west-1').problems).to.deep.equal(['nimbus.yml:1:1 NIM1005']);
    expect(yml('projectname: chat').problems).to.deep.equal(['nimbus.yml:1:1 NIM1003 projectname']);
  });

  it('is empty or no configuration at all', () => {
    expect(yml('').problems).to.deep.equal(['nimbus.yml:1:1 NIM1014']);
    expect(yml('# only a comment\n').problems).to.deep.equal(['nimbus.yml:1:1 NIM1014']);
    expect(json(' \n').problems).to.deep.equal(['nimbus.json:1:1 NIM1014']);
    expect(yml('[1]').problems).to.deep.equal(['nimbus.yml:1:1 NIM1004 [1]']);
    expect(yml('projectName:chat').hints).to.deep.equal(['write a space behind the colon']);
  });

  it('does not take members of every object for keys', () => {
    expect(yml('projectName: chat\nconstructor: 1\n__proto__: { a: 1 }\n').problems).to.deep.equal([
      'nimbus.yml:2:1 NIM1003 constructor',
      'nimbus.yml:3:1 NIM1003 __proto__',
    ]);
  });

  it('is found in package.json at its place there', () => {
    const text = '{\n  "name": "x",\n  "nimbus": {\n    "projectName": "a b"\n  }\n}\n';
    expect(load({ 'package.json': text }).problems).to.deep.equal(['package.json:4:20 NIM1012 "a b"']);
  });
});

describe('broken YAML', () => {
  const cases: readonly (readonly [text: string, problem: string, message: string])[] = [
    ['projectName: a: b\n', '1:14 NIM1002 a: b', 'there is a second colon in the line'],
    ['projectName: a\n  region: b\n', '2:3 NIM1002 region: b', 'the indentation does not fit'],
    ['protect: [dev, prod\nregion: x\n', '1:10 NIM1002 [', 'the closing ] is missing'],
    ['bundle: { minify: true\n', '1:9 NIM1002 {', 'the closing } is missing'],
    ['projectName: "chat\nregion: x\n', '1:14 NIM1002 "chat', 'the closing quote is missing'],
    ['bundle:\n\tminify: true\n', '2:1 NIM1002', 'a line is indented with a tab'],
    ['projectName: chat\nregion\n', '2:1 NIM1002 region', 'this line has no "key: value"'],
    ['projectName: @chat\n', '1:14 NIM1002 @', 'a value starts with @'],
    ['projectName: "a\\qb"\n', '1:16 NIM1002 \\q', 'there is no escape sequence \\q'],
    ['projectName: !Ref x\n', '1:14 NIM1002 !Ref', 'tags have no meaning here'],
    ['projectName: *chat\n', '1:14 NIM1002 *chat', 'there is no anchor "chat" above'],
    ['a: 1\n---\nb: 1\n', '2:1 NIM1002 ---', 'it has several documents'],
    ['? { a: 1 }\n: 2\n', '1:3 NIM1002 { a: 1 }', 'a key is not plain text'],
  ];
  for (const [text, problem, message] of cases) {
    it(`${JSON.stringify(text)}: ${message}`, () => {
      const found = yml(text);
      expect(found.problems).to.deep.equal([`nimbus.yml:${problem}`]);
      expect(found.messages).to.deep.equal([`nimbus.yml is not valid YAML: ${message}`]);
    });
  }

  it('cannot grow without end', () => {
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x,x]'];
    for (let letter = 'b'; letter <= 'g'; letter = String.fromCharCode(letter.charCodeAt(0) + 1)) {
      const before = `*${String.fromCharCode(letter.charCodeAt(0) - 1)}`;
      bomb.push(`${letter}: &${letter} [${Array(10).fill(before).join(',')}]`);
    }
    expect(yml(bomb.join('\n')).diagnostics.map((one) => one.code)).to.deep.equal(['NIM1017']);
    expect(yml('projectName: chat\nreview: &a\n  again: *a\n').problems).to.deep.equal(['nimbus.yml:3:10 NIM1017 *a']);
    expect(yml(`a: ${'['.repeat(300)}${']'.repeat(300)}`).diagnostics.map((one) => one.code)).to.deep.equal(['NIM1017']);
    const deep = [
      '['.repeat(50_000),
      '- '.repeat(50_000),
      `a: ${'{a: '.repeat(50_000)}`,
      `${' '.repeat(5000)}a: 1`,
      `a: ${'x'.repeat(2_000_000)}`,
    ];
    for (const text of deep) expect(yml(text).diagnostics.map((one) => one.code)).to.deep.equal(['NIM1017']);
  });
});

describe('broken JSON', () => {
  const cases: readonly (readonly [text: string, problem: string, message: string])[] = [
    ['{"projectName": "x",}', '1:20 NIM1002 ,', 'there is a "," before the closing }'],
    ["{'projectName': 'x'}", "1:2 NIM1002 'projectName'", 'text is in single quotes'],
    ['{projectName: "x"}', '1:2 NIM1002 projectName', 'text is not in quotes'],
    ['{"projectName": x}', '1:17 NIM1002 x', 'text is not in quotes'],
    ['{"projectName": "x"', '1:1 NIM1002 {', 'the closing } is missing'],
    ['["x"', '1:1 NIM1002 [', 'the closing ] is missing'],
    ['{"a": 1 "b": 2}', '1:9 NIM1002 "', '"," or "}" is missing'],
    ['{"a" 1}', '1:6 NIM1002 1', 'the key "a" is not followed by ":"'],
    ['{"a": }', '1:7 NIM1002 }', 'a value is missing'],
    ['{"a": "x\n"}', '1:7 NIM1002 "x', 'the closing quote is missing'],
    ['{"a": "\\x"}', '1:8 NIM1002 \\x', 'there is no escape sequence \\x'],
    ['// a\n{}', '1:1 NIM1002 //', 'it has a comment'],
    ['{} {}', '1:4 NIM1002 {', 'there is more text behind the end of the value'],
    ['{"a": 01}', '1:7 NIM1002 01', 'text is not in quotes'],
  ];
  for (const [text, problem, message] of cases) {
    it(`${JSON.stringify(text)}: ${message}`, () => {
      const found = json(text);
      expect(found.problems).to.deep.equal([`nimbus.json:${problem}`]);
      expect(found.messages).to.deep.equal([`nimbus.json is not valid JSON: ${message}`]);
    });
  }

  it('cannot be nested without end', () => {
    expect(json(`{"a":${'['.repeat(50_000)}`).diagnostics.map((one) => one.code)).to.deep.equal(['NIM1017']);
  });
});
