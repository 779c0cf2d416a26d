// The only way to the SDK's S3 client. Bundles get this module ready-made: see pack.mjs.
import {
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  type DeleteObjectCommandInput,
  GetObjectCommand,
  type GetObjectCommandInput,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
  UploadPartCommand,
  type UploadPartCommandInput,
} from '@aws-sdk/client-s3';
import { clientConfig } from './config.js';

export type { CompletedPart };

export function createClient() {
  const { requestHandler, ...config } = clientConfig('AWS_ENDPOINT_URL_S3');
  const client = new S3Client({
    ...config,
    // S3 hashes what it puts together from parts before it answers.
    requestHandler: { ...requestHandler, requestTimeout: 30_000 },
    // TLS and the signature already tell when a byte is lost, and checksums would have every byte read once more.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    disableS3ExpressSessionAuth: true,
    useArnRegion: false,
    sigv4aSigningRegionSet: [],
    // An endpoint that somebody set is a host of its own, which knows no subdomains.
    forcePathStyle: 'endpoint' in config,
  });
  return {
    getObject: (input: GetObjectCommandInput) => client.send(new GetObjectCommand(input)),
    putObject: (input: PutObjectCommandInput) => client.send(new PutObjectCommand(input)),
    deleteObject: (input: DeleteObjectCommandInput) => client.send(new DeleteObjectCommand(input)),
    listObjects: (input: ListObjectsV2CommandInput) => client.send(new ListObjectsV2Command(input)),
    startUpload: (input: Omit<PutObjectCommandInput, 'Body'>) => client.send(new CreateMultipartUploadCommand(input)),
    uploadPart: (input: UploadPartCommandInput) => client.send(new UploadPartCommand(input)),
    finishUpload: (upload: { Bucket: string; Key: string; UploadId: string }, Parts: CompletedPart[]) =>
      client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } })),
  };
}
