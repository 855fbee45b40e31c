export { chooseFile } from './choose-file.js';

export type {
  AcceptOptions,
  FileOffer,
  FileOptions,
  FileProgress,
  FileState,
  FileTransfer,
} from './file-types.js';
