// Base64 of little-endian arrays.
import type { Bytes } from "./protocol";

export function u8(text: Bytes): Uint8Array {
  const plain = atob(text);
  const bytes = new Uint8Array(plain.length);
  for (let i = 0; i < plain.length; i++) bytes[i] = plain.charCodeAt(i);
  return bytes;
}
export const u16 = (text: Bytes) => new Uint16Array(u8(text).buffer);
export const f32 = (text: Bytes) => new Float32Array(u8(text).buffer);
