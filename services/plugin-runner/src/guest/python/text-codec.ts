import { TextDecoder, TextEncoder } from '../web-apis/encoding.ts';

const chunk = 4096;
const wideDecoder = new TextDecoder('utf-8', { ignoreBOM: true });
const wideEncoder = new TextEncoder();
const { fromCharCode } = String;

/** Quick for ASCII, which most text that crosses is. */
export class QuickDecoder {
  decode(bytes: Uint8Array): string {
    for (let at = 0; at < bytes.length; at++)
      if ((bytes[at] ?? 0) >= 0x80) return wideDecoder.decode(bytes);
    let text = '';
    for (let at = 0; at < bytes.length; at += chunk)
      text += fromCharCode(...bytes.subarray(at, at + chunk));
    return text;
  }
}

export class QuickEncoder {
  encode(text: string): Uint8Array {
    const bytes = new Uint8Array(text.length);
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code >= 0x80) return wideEncoder.encode(text);
      bytes[at] = code;
    }
    return bytes;
  }
}
