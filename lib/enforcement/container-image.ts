// What an image reference tells: which software it is and which version. Registries are ignored, because
// mirrors rename them; nothing here is proof of what really runs.

export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  /** What follows the three numbers, as in `eksbuild.3`; "" where nothing does. */
  readonly suffix: string;
}

/** Whether the repository ends in `path`, by whole segments: `quay.io/calico/node:v3` has `calico/node`. */
export function hasImagePath(image: string, path: string): boolean {
  const repository = imageRepository(image);
  return repository === path || repository.endsWith(`/${path}`);
}

/** Without tag and digest. A colon before the last slash belongs to the registry's port. */
export function imageRepository(image: string): string {
  const name = image.split("@", 1)[0] ?? image;
  const colon = name.lastIndexOf(":");
  return colon > name.lastIndexOf("/") ? name.slice(0, colon) : name;
}

/** Null where the tag is missing, is a digest alone, or is no version. */
export function imageVersion(image: string): Version | null {
  const name = image.split("@", 1)[0] ?? image;
  return parseVersion(name.slice(imageRepository(image).length + 1));
}

export function parseVersion(text: string): Version | null {
  const match = /^v?(\d{1,6})\.(\d{1,6})\.(\d{1,6})(?:[-+](.{1,100}))?$/.exec(text);
  if (match === null) return null;
  return {
    major: Number(match[1]),
    minor: Number(match[2]),
    patch: Number(match[3]),
    suffix: match[4] ?? "",
  };
}

/** Compares the three numbers only: a rebuild such as `eksbuild.3` holds the same software. */
export function isBefore(version: Version, other: Version): boolean {
  if (version.major !== other.major) return version.major < other.major;
  if (version.minor !== other.minor) return version.minor < other.minor;
  return version.patch < other.patch;
}

export function toVersionText(version: Version): string {
  return `${version.major}.${version.minor}.${version.patch}`;
}
