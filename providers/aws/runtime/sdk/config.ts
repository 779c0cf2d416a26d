// What the SDK clients are told, so that they look nothing up: Lambda's environment has it all. Left to itself the SDK
// would read ~/.aws, ask the instance metadata service and load a chain of credential providers to find the same.

/** Explicit values for everything that an SDK client otherwise finds out. */
export function clientConfig(serviceEndpointVariable: string, endpoint?: string) {
  const { env } = process;
  const customEndpoint = endpoint ?? env[serviceEndpointVariable] ?? env['AWS_ENDPOINT_URL'];
  return {
    region: env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'] ?? '',
    credentials,
    ...(customEndpoint ? { endpoint: customEndpoint } : {}),
    // Endpoint variables were read above; the SDK would look into ~/.aws/config too.
    ignoreConfiguredEndpointUrls: true,
    maxAttempts: Number(env['AWS_MAX_ATTEMPTS']) || 3,
    retryMode: 'standard',
    defaultsMode: 'standard' as const,
    useDualstackEndpoint: env['AWS_USE_DUALSTACK_ENDPOINT'] === 'true',
    useFipsEndpoint: env['AWS_USE_FIPS_ENDPOINT'] === 'true',
    authSchemePreference: [],
    userAgentAppId: async () => undefined,
    defaultUserAgentProvider: async (): Promise<[string, string][]> => [['nimbusc', '1']],
    // What has not answered by then is tried again, so that a lost packet does not use up the function's timeout.
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
    disableClockSkewCorrection: false,
    // One middleware chain per command instead of one per call.
    cacheMiddleware: true,
  };
}

async function credentials() {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY)
    throw Object.assign(new Error('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set'), {
      name: 'CredentialsProviderError',
    });
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}),
  };
}
