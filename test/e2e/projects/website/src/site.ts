import {
  AfterDeployment,
  ClientBuilder,
  FileStorageBucket,
  FileUpload,
  HttpServerlessFunction,
  UsesFileStorageBucket,
  WebSocketServerlessFunction,
} from 'nimbusc';

@FileStorageBucket({
  bucketName: 'E2E-Site',
  staticWebsite: true,
  errorFile: 'oops.html',
  allowedCorsOrigins: ['https://other.example', '${E2E-SITE_URL}'],
})
export class Site {}

@FileUpload({ fileStorageBucket: Site, localPath: 'site', targetPath: '', substituteNimbusVariables: true })
@FileUpload({
  bucketName: 'E2E-Site',
  localPath: 'parts',
  targetPath: 'parts',
  substituteNimbusVariables: true,
  substituteNimbusVariablesFileRegex: '^yes/',
})
@FileUpload({ fileStorageBucket: Site, localPath: 'parts/yes/part.html', targetPath: 'as-it-is.html' })
export class Uploads {}

const files = ClientBuilder.getFileStorageClient(Site);

export class Api {
  @HttpServerlessFunction({
    method: 'GET',
    path: 'now',
    allowedCorsOrigin: '${E2E-SITE_URL}',
    allowedCorsHeaders: ['Authorization', 'X-Trace'],
  })
  now(): string {
    return 'now';
  }

  @HttpServerlessFunction({ method: 'GET', path: 'open', allowedCorsOrigin: '*' })
  open(): string {
    return 'open';
  }

  @WebSocketServerlessFunction({ topic: 'say' })
  say(): void {}

  @AfterDeployment()
  @UsesFileStorageBucket({ fileStorageBucket: Site })
  async uploaded(): Promise<object> {
    const index = await files.getFileAsString('index.html');
    return { files: (await files.listFiles()).map(({ path }) => path), index };
  }
}
