// Where the inbox lives.

let base = "";

/** Sets the default for later mounts. */
export const setBase = (url: string) => {
  base = url;
};

/** The inbox's origin; `undefined` when what we were told is no web address. */
export function inboxOrigin(url: string = base): string | undefined {
  try {
    const { origin, protocol } = new URL(url);
    return /^https?:$/.test(protocol) ? origin : undefined;
  } catch {
    return undefined;
  }
}
