import { expect } from 'chai';
import { transformSync } from 'esbuild';
import { mapError } from '../../../providers/aws/runtime/errors.js';
import { InvalidInputException } from '../../../runtime/core/errors.js';
import * as nimbus from '../../../runtime/index.js';

const sdkError = (name: string, more: object = {}): Error => Object.assign(new Error(`the ${name}`), { name, ...more });
const status = (httpStatusCode: number) => ({ $metadata: { httpStatusCode } });

describe('exceptions', () => {
  const cases = [
    [nimbus.RetryableException, 'RetryableException'],
    [nimbus.NonRetryableException, 'NonRetryableException'],
    [nimbus.StoreConditionException, 'StoreConditionException'],
    [nimbus.PermissionException, 'PermissionException'],
    [nimbus.ConnectionGoneException, 'ConnectionGoneException'],
  ] as const;

  for (const [Class, name] of cases) {
    it(`${name} carries its name, message, cause and stack`, () => {
      const cause = new Error('deeper');
      const error = new Class('why', { cause });
      expect(error).to.be.instanceOf(Error);
      expect(error.name).to.equal(name);
      expect(error.message).to.equal('why');
      expect(error.cause).to.equal(cause);
      expect(error.stack).to.match(new RegExp(`^${name}: why\n`));
    });
  }

  it('are not retryable when they are about conditions, permissions and connections', () => {
    for (const [Class] of cases.slice(2)) expect(new Class('x')).to.be.instanceOf(nimbus.NonRetryableException);
    expect(new nimbus.RetryableException('x')).not.to.be.instanceOf(nimbus.NonRetryableException);
  });

  it('HttpException has a status', () => {
    const error = new nimbus.HttpException(404, 'no such user');
    expect(error).to.deep.include({ statusCode: 404, message: 'no such user', name: 'HttpException' });
    expect(new nimbus.HttpException(404).message).to.equal('');
  });

  it('keep their names when they are minified', () => {
    const source = nimbus.StoreConditionException.toString();
    const { code } = transformSync(`const NonRetryableException = Error; export const X = ${source}`, { minify: true });
    expect(code).to.include('"StoreConditionException"');
  });

  it('InvalidInputException lists what does not fit', () => {
    expect(new InvalidInputException([{ path: 'a', message: 'is missing' }]).errors).to.have.length(1);
  });
});

describe('errors of the AWS SDK', () => {
  const mapped = (error: unknown) => mapError(error, 'put to Order');

  it('become a StoreConditionException for a failed condition', () => {
    const error = sdkError('ConditionalCheckFailedException', status(400));
    expect(mapped(error)).to.be.instanceOf(nimbus.StoreConditionException);
    expect(mapped(error).cause).to.equal(error);
    expect(mapped(error).message).to.equal('put to Order: the ConditionalCheckFailedException');
  });

  const retryable = [
    sdkError('ProvisionedThroughputExceededException', status(400)),
    sdkError('ThrottlingException', status(400)),
    sdkError('RequestLimitExceeded', status(400)),
    sdkError('LimitExceededException', status(429)),
    sdkError('TransactionConflictException', status(400)),
    sdkError('InternalServerError', status(500)),
    sdkError('ServiceUnavailable', status(503)),
    sdkError('SomethingNew', status(502)),
    sdkError('SomethingBusy', status(429)),
    sdkError('TimeoutError'),
    sdkError('Error', { code: 'ECONNRESET' }),
    sdkError('Error', { code: 'ECONNREFUSED' }),
    sdkError('Error', { code: 'ENOTFOUND' }),
    sdkError('Error', { code: 'EPIPE' }),
    sdkError('Error', { $retryable: { throttling: true } }),
  ];
  for (const error of retryable) {
    const { name, code } = error as Error & { code?: string };
    it(`become retryable for ${code ?? name}`, () => {
      expect(mapped(error)).to.be.instanceOf(nimbus.RetryableException);
    });
  }

  it('become a PermissionException when access is denied', () => {
    expect(mapped(sdkError('AccessDeniedException', status(400)))).to.be.instanceOf(nimbus.PermissionException);
    expect(mapped(sdkError('ForbiddenException', status(403)))).to.be.instanceOf(nimbus.PermissionException);
    expect(mapped(sdkError('Unknown', status(403)))).to.be.instanceOf(nimbus.PermissionException);
  });

  it('are not retryable otherwise', () => {
    for (const error of [sdkError('ValidationException', status(400)), sdkError('CredentialsProviderError'), 'text', undefined])
      expect(mapped(error)).to.be.instanceOf(nimbus.NonRetryableException);
  });

  it("stay as they are when they are nimbusc's own", () => {
    const own = new nimbus.NonRetryableException('own');
    expect(mapped(own)).to.equal(own);
  });

  it('can have a class of their own', () => {
    const special = { GoneException: nimbus.ConnectionGoneException };
    expect(mapError(sdkError('GoneException', status(410)), 'send', special)).to.be.instanceOf(nimbus.ConnectionGoneException);
  });
});
