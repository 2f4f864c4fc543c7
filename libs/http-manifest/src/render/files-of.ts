import { FileValue } from '../template/file-value.ts';
import { valueAt, type Scope } from '../template/render-template.ts';
import { RenderError } from './render-error.ts';

/** The file that a request sends. */
export function fileOf(scope: Scope): FileValue {
  const [file] = filesOf(scope, 'file');
  if (file !== undefined) return file;
  throw new RenderError('http.file_unavailable', 'there is no file to send');
}

/** All files, or the first one. */
export function filesOf(scope: Scope, which: 'file' | 'files'): readonly FileValue[] {
  const found = valueAt(scope, [which]);
  const files = Array.isArray(found) ? found : [found];
  return files.filter((file) => file instanceof FileValue).map(usable);
}

/** Known before anything goes out. */
function usable(file: FileValue): FileValue {
  if (file.id === '') throw new RenderError('http.file_unavailable', 'the file has no handle');
  if (file.size_bytes === 0) throw new RenderError('http.file_unavailable', 'the file is empty');
  return file;
}
