import { expect } from 'chai';
import { createSink } from '../../../compiler/diagnostics/sink.js';
import { readSuppressions } from '../../../compiler/diagnostics/suppress.js';
import { catalogue, exampleCodes, span } from './example-catalogue.js';

describe('the sink', () => {
  it('makes a diagnostic from the catalogue and from what is known at the place', () => {
    const sink = createSink(catalogue);
    const related = [{ span: span(9, 10), text: 'declared here' }];
    sink.for(exampleCodes).report('NIM8001', { name: 'x' }, span(1, 2), { label: 'this', related, stages: ['b', 'a'] });
    expect(sink.finish()).to.deep.equal([
      {
        code: 'NIM8001',
        slug: 'example-error',
        severity: 'error',
        message: '"x" is wrong',
        primary: { span: span(1, 2), text: 'this' },
        related,
        notes: [],
        hint: 'replace "x"',
        fixes: [],
        stages: ['a', 'b'],
      },
    ]);
  });

  it('lets the place replace the hint', () => {
    const sink = createSink(catalogue);
    sink.for(exampleCodes).report('NIM8001', { name: 'x' }, null, { hint: 'do that' });
    expect(sink.finish()[0]?.hint).to.equal('do that');
  });

  it('sorts by file, start and code, with problems of the whole project first', () => {
    const sink = createSink(catalogue);
    const reporter = sink.for(exampleCodes);
    reporter.report('NIM8002', { name: 'd' }, span(5, 6));
    reporter.report('NIM8001', { name: 'c' }, span(5, 6));
    reporter.report('NIM8001', { name: 'e' }, span(0, 1, 'src/b.ts'));
    reporter.report('NIM8001', { name: 'b' }, span(1, 2));
    reporter.report('NIM8002', { name: 'a' }, null);
    expect(sink.finish().map((one) => one.message[1])).to.deep.equal(['a', 'b', 'c', 'd', 'e']);
  });

  it('merges the same problem, and lists the stages in which it was found', () => {
    const sink = createSink(catalogue);
    const reporter = sink.for(exampleCodes);
    reporter.report('NIM8001', { name: 'x' }, span(1, 2), { stages: ['prod'] });
    reporter.report('NIM8001', { name: 'x' }, span(1, 2), { stages: ['dev'], notes: ['a note'] });
    reporter.report('NIM8001', { name: 'y' }, span(1, 2), { stages: ['dev'] });
    const [first, second, third] = sink.finish();
    expect(first?.stages).to.deep.equal(['dev', 'prod']);
    expect(first?.notes).to.deep.equal(['a note']);
    expect(second?.message).to.equal('"y" is wrong');
    expect(third).to.equal(undefined);
  });

  it('drops the stages when the problem was also found without one', () => {
    const sink = createSink(catalogue);
    sink.for(exampleCodes).report('NIM8001', { name: 'x' }, span(1, 2), { stages: ['prod'] });
    sink.for(exampleCodes).report('NIM8001', { name: 'x' }, span(1, 2));
    expect(sink.finish().map((one) => one.stages)).to.deep.equal([[]]);
  });

  it('fails when an error was reported, and only then', () => {
    const sink = createSink(catalogue);
    sink.for(exampleCodes).report('NIM8002', { name: 'x' }, null);
    expect(sink.failed).to.equal(false);
    sink.for(exampleCodes).report('NIM8001', { name: 'x' }, null);
    expect(sink.failed).to.equal(true);
  });

  it('refuses codes that are not in the catalogue', () => {
    const sink = createSink({ find: () => null, entries: [] });
    expect(() => sink.for(exampleCodes).report('NIM8001', { name: 'x' }, null)).to.throw('not in the catalogue');
  });
});

describe('severities', () => {
  it('change warnings and infos', () => {
    const sink = createSink(catalogue);
    sink.configure({
      severities: [
        { code: 'NIM8002', level: 'error', span: null },
        { code: 'NIM8003', level: 'off', span: null },
      ],
    });
    sink.for(exampleCodes).report('NIM8002', { name: 'x' }, null);
    sink.for(exampleCodes).report('NIM8003', {}, null);
    expect(sink.finish().map((one) => [one.code, one.severity])).to.deep.equal([['NIM8002', 'error']]);
    expect(sink.failed).to.equal(true);
  });

  it('do not change errors: the attempt is itself an error, at its line', () => {
    const sink = createSink(catalogue, { severities: [{ code: 'NIM8001', level: 'off', span: span(3, 4, 'nimbus.yml') }] });
    sink.for(exampleCodes).report('NIM8001', { name: 'x' }, null);
    expect(sink.finish().map((one) => [one.code, one.message])).to.deep.equal([
      ['NIM8001', '"x" is wrong'],
      ['NIM1018', 'NIM8001 is an error and cannot be turned off'],
    ]);
  });

  it('name codes that exist', () => {
    const sink = createSink(catalogue, { severities: [{ code: 'NIM16002', level: 'off', span: null }] });
    expect(sink.finish().map((one) => [one.code, one.hint])).to.deep.equal([['NIM1019', 'did you mean "NIM1602"?']]);
  });
});

describe('suppressions', () => {
  const comment = '// nimbusc-ignore-next NIM8002 -- it is meant so';
  const text = `${comment}\nconst x = 1;\n`;
  const onLine2 = span(text.indexOf('x ='), text.indexOf('x =') + 1);

  function sinkFor(source: string) {
    return createSink(catalogue, { suppressions: readSuppressions('src/a.ts', source) });
  }

  it('silence a warning that starts on the next line', () => {
    const sink = sinkFor(text);
    sink.for(exampleCodes).report('NIM8002', { name: 'x' }, onLine2);
    expect(sink.finish()).to.deep.equal([]);
  });

  it('do not silence other codes, other lines or other files', () => {
    const sink = sinkFor(text);
    sink.for(exampleCodes).report('NIM8003', {}, onLine2);
    sink.for(exampleCodes).report('NIM8002', { name: 'x' }, span(text.length, text.length));
    sink.for(exampleCodes).report('NIM8002', { name: 'x' }, { ...onLine2, file: 'src/b.ts' });
    expect(sink.finish().map((one) => one.code)).to.deep.equal(['NIM1261', 'NIM8003', 'NIM8002', 'NIM8002']);
  });

  it('silence a warning that the configuration has made an error', () => {
    const sink = sinkFor(text);
    sink.configure({ severities: [{ code: 'NIM8002', level: 'error', span: null }] });
    sink.for(exampleCodes).report('NIM8002', { name: 'x' }, onLine2);
    expect(sink.failed).to.equal(false);
    expect(sink.finish()).to.deep.equal([]);
  });

  it('are reported when unused, but not after an error or when their checks have not run', () => {
    expect(
      sinkFor(text)
        .finish()
        .map((one) => one.code),
    ).to.deep.equal(['NIM1261']);
    expect(sinkFor(text).finish(() => false)).to.deep.equal([]);
    const failed = sinkFor(text);
    failed.for(exampleCodes).report('NIM8001', { name: 'x' }, null);
    expect(failed.finish(() => true).map((one) => one.code)).to.deep.equal(['NIM8001']);
  });

  it('are reported once, however often the run is finished', () => {
    const sink = sinkFor(text);
    sink.finish();
    expect(sink.finish()).to.have.length(1);
  });

  it('cannot silence errors', () => {
    const sink = sinkFor(text.replace('NIM8002', 'NIM8001'));
    sink.for(exampleCodes).report('NIM8001', { name: 'x' }, onLine2);
    expect(sink.finish().map((one) => one.code)).to.deep.equal(['NIM1263', 'NIM8001']);
  });

  it('need a reason, a code that exists, and their form', () => {
    const codes = (source: string): readonly string[] => {
      const sink = sinkFor(source);
      sink.for(exampleCodes).report('NIM8002', { name: 'x' }, span(source.indexOf('x ='), source.indexOf('x =') + 1));
      return sink.finish().map((one) => one.code);
    };
    expect(codes('// nimbusc-ignore-next NIM8002\nx = 1')).to.deep.equal(['NIM1262', 'NIM8002']);
    expect(codes('// nimbusc-ignore-next NIM8002 -- \nx = 1')).to.deep.equal(['NIM1262', 'NIM8002']);
    expect(codes('// nimbusc-ignore-next NIM80002 -- why\nx = 1')).to.deep.equal(['NIM1260', 'NIM8002']);
    expect(codes('// nimbusc-ignore-line NIM8002 -- why\nx = 1')).to.deep.equal(['NIM1264', 'NIM8002']);
    expect(codes('// nimbusc-ignore-next\nx = 1')).to.deep.equal(['NIM1264', 'NIM8002']);
  });

  it('suggest the code that was meant', () => {
    const sink = sinkFor('// nimbusc-ignore-next NIM80002 -- why\nx = 1');
    expect(sink.finish()[0]?.hint).to.equal('did you mean "NIM8002"?');
  });

  it('are found among many thousands, for many thousands of problems', () => {
    const COUNT = 20_000;
    const line = '// nimbusc-ignore-next NIM8002 -- why\nx = 1\n';
    const sink = sinkFor(line.repeat(COUNT));
    for (let i = 0; i < COUNT; i += 1) {
      const start = i * line.length + line.indexOf('x =');
      // the last one is of another code, so its comment is of no use
      sink.for(exampleCodes).report(i === COUNT - 1 ? 'NIM8003' : 'NIM8002', { name: 'x' }, span(start, start + 1));
    }
    expect(sink.finish().map((one) => one.code)).to.deep.equal(['NIM1261', 'NIM8003']);
  });
});
