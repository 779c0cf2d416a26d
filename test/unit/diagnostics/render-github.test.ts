import { expect } from 'chai';
import { renderGithub } from '../../../compiler/diagnostics/render-github.js';
import { context, diagnostic, spanOfText } from './example-catalogue.js';

const text = 'let a;\nlet name = {\n};\n';

describe('renderGithub', () => {
  it('gives one command per diagnostic, with the place', () => {
    const one = diagnostic({ primary: { span: spanOfText(text, 'name'), text: 'here' }, hint: 'rename it' });
    expect(renderGithub([one], context({ 'src/a.ts': text }))).to.equal(
      '::error file=src/a.ts,line=2,endLine=2,col=5,endColumn=9,title=NIM8001 example-error::it is wrong (here)%0Ahint: rename it\n',
    );
  });

  it('names the command by severity', () => {
    const all = [diagnostic({ severity: 'warning' }), diagnostic({ severity: 'info' })];
    expect(renderGithub(all, context({}))).to.equal(
      '::warning title=NIM8001 example-error::it is wrong\n::notice title=NIM8001 example-error::it is wrong\n',
    );
  });

  it('escapes what would end a property or the command', () => {
    const one = diagnostic({
      message: '100 % of a:b,c\r\nbad',
      primary: { span: { file: 'src/a,b:c%.ts', start: 0, end: 1 }, text: '' },
    });
    expect(renderGithub([one], context({}))).to.equal(
      '::error file=src/a%2Cb%3Ac%25.ts,title=NIM8001 example-error::100 %25 of a:b,c%0D%0Abad\n',
    );
  });

  it('gives no columns for a range of several lines, because GitHub refuses them', () => {
    const one = diagnostic({ primary: { span: spanOfText(text, '{\n}'), text: '' } });
    expect(renderGithub([one], context({ 'src/a.ts': text }))).to.include('line=2,endLine=3,title=');
  });

  it('tells related places and stages in the message', () => {
    const one = diagnostic({ related: [{ span: spanOfText(text, 'a;'), text: 'first here' }], stages: ['dev', 'prod'] });
    expect(renderGithub([one], context({ 'src/a.ts': text }))).to.include(
      '::it is wrong%0Asrc/a.ts:1:5: first here%0Astages: dev, prod\n',
    );
  });
});
