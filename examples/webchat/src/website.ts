import { FileStorageBucket, FileUpload } from 'nimbusc';

/** The pages: `index.html` to register, `chat.html` to chat. Bucket names are one space for all of AWS: choose your own. */
@FileStorageBucket({ bucketName: 'nimbusc-webchat', staticWebsite: true, errorFile: 'index.html' })
@FileUpload({ bucketName: 'nimbusc-webchat', localPath: 'website', targetPath: '', substituteNimbusVariables: true })
export class Website {}
