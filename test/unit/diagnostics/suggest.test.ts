import { expect } from 'chai';
import { closest } from '../../../compiler/diagnostics/suggest.js';

describe('closest', () => {
  const options = ['path', 'method', 'timeout', 'memory', 'stages', 'allowedCorsOrigin'];

  it('finds a name with a letter swapped, missing, doubled or replaced', () => {
    expect(closest('paht', options)).to.equal('path');
    expect(closest('metod', options)).to.equal('method');
    expect(closest('stagess', options)).to.equal('stages');
    expect(closest('memery', options)).to.equal('memory');
  });

  it('prefers a name that differs only in case', () => {
    expect(closest('PATH', ['patch', 'path'])).to.equal('path');
  });

  it('finds a name that is a part of the one written, and the other way round', () => {
    expect(closest('timeoutSeconds', options)).to.equal('timeout');
    expect(closest('corsOrigin', options)).to.equal('allowedCorsOrigin');
    expect(closest('arm', ['arm64', 'x86_64'])).to.equal('arm64');
  });

  it('gives nothing rather than something far-fetched', () => {
    expect(closest('colour', options)).to.equal(null);
    expect(closest('a', ['b', 'c'])).to.equal(null);
    expect(closest('', options)).to.equal(null);
    expect(closest('x'.repeat(1000), options)).to.equal(null);
  });

  it('does not depend on the order of the candidates', () => {
    expect(closest('ab12', ['ab11', 'ab10'])).to.equal('ab10');
    expect(closest('ab12', ['ab10', 'ab11'])).to.equal('ab10');
  });
});
