// Names of albums: “Trips/2023” lies below “Trips”.

const NESTED_BY = "/";

/** Return albums in groups: [{name, self, albums}], those that nothing lies below or above in the first, unnamed one. */
export function grouped(albums) {
  const groups = new Map();
  for (const album of albums) {
    const [first, ...rest] = album.name.split(NESTED_BY);
    if (!groups.has(first)) groups.set(first, { name: first, self: null, albums: [] });
    if (rest.length) groups.get(first).albums.push(album);
    else groups.get(first).self = album;
  }
  const alone = [...groups.values()].filter((group) => group.albums.length === 0).map((group) => group.self);
  return [{ name: null, self: null, albums: alone }, ...[...groups.values()].filter((group) => group.albums.length > 0)];
}

/** Return the part of a name that a group's heading doesn't say. */
export function nameWithin(album, group) {
  return group.name === null ? album.name : album.name.split(NESTED_BY).slice(1).join(" / ");
}
