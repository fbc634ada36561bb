import { randomBytes } from "node:crypto";
import { crc32, deflateSync } from "node:zlib";

/** A file as Playwright hands it to a picker. */
export interface PickedFile {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

/** A PNG of noise, which no compression makes smaller: three bytes for each pixel. */
export function noise(name: string, width: number, height: number): PickedFile {
  const rows = Array.from({ length: height }, () => Buffer.concat([Buffer.of(0), randomBytes(3 * width)]));
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const chunks = [chunk("IHDR", head), chunk("IDAT", deflateSync(Buffer.concat(rows), { level: 1 })), chunk("IEND", Buffer.alloc(0))];
  return { name, mimeType: "image/png", buffer: Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), ...chunks]) };
}

export function document(name: string, text: string): PickedFile {
  return { name, mimeType: "application/pdf", buffer: Buffer.from(`%PDF-1.4\n${text}\n%%EOF`) };
}

/** A file that says what it is in its first bytes, and is `size` bytes long. */
export function film(name: string, size: number): PickedFile {
  const buffer = Buffer.alloc(size);
  buffer.write("\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "latin1");
  return { name, mimeType: "video/mp4", buffer };
}

function chunk(name: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, "latin1"), content]);
  const around = Buffer.alloc(8);
  around.writeUInt32BE(content.length, 0);
  around.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([around.subarray(0, 4), body, around.subarray(4)]);
}
