import { TextDecoder, TextEncoder } from '../web-apis/encoding.ts';

const chunk = 4096;
const wideDecoder = new TextDecoder('utf-8', { ignoreBOM: true });
const wideEncoder = new TextEncoder();
const { fromCharCode } = String;

/** Quick for ASCII, which most text that crosses is. */
export class QuickDecoder {
  decode(view: ArrayBufferView): string {
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    for (let at = 0; at < bytes.length; at++)
      if ((bytes[at] ?? 0) >= 0x80) return wideDecoder.decode(bytes);
    let text = '';
    for (let at = 0; at < bytes.length; at += chunk)
      text += fromCharCode(...bytes.subarray(at, at + chunk));
    return text;
  }
}

export class QuickEncoder {
  encodeInto(text: string, target: Uint8Array): { read: number; written: number } {
    const length = Math.min(text.length, target.length);
    let at = 0;
    for (; at < length; at++) {
      const code = text.charCodeAt(at);
      if (code >= 0x80) break;
      target[at] = code;
    }
    if (at === text.length || at === target.length) return { read: at, written: at };
    const rest = wideEncoder.encodeInto(text.slice(at), target.subarray(at));
    return { read: at + rest.read, written: at + rest.written };
  }
}
