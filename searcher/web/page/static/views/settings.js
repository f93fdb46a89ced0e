// The state of the library, and what can be changed of it. Each part loads by itself.

import { find } from "../core/dom.js";
import { showTrouble } from "../core/trouble.js";
import { showChanges } from "../settings/changes.js";
import { showIndexing } from "../settings/indexing.js";
import { showLibrary } from "../settings/library.js";
import { showModels } from "../settings/models.js";
import { showRoots } from "../settings/roots.js";
import { showSkipped } from "../settings/skipped.js";
import { showVocabulary } from "../settings/vocabulary.js";

const PARTS = {
  indexing: showIndexing, roots: showRoots, skipped: showSkipped, models: showModels,
  vocabulary: showVocabulary, changes: showChanges, library: showLibrary,
};

await Promise.all(Object.keys(PARTS).map(load));
// An address such as /settings#models: only now is the part where it stays.
if (location.hash) find(location.hash)?.scrollIntoView();

async function load(name) {
  const section = find(`#${name}`);
  try {
    await PARTS[name](section);
  } catch (error) {
    showTrouble(section, error, () => load(name));
  }
  section.removeAttribute("aria-busy");
}
