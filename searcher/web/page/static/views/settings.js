// The state of the library, and what can be changed of it. Each part loads by itself.

import { find } from "../core/dom.js";
import { sayError } from "../core/toast.js";
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

await Promise.all(Object.entries(PARTS).map(async ([name, show]) => {
  const section = find(`#${name}`);
  try {
    await show(section);
  } catch (error) {
    sayError(error);
  }
  section.removeAttribute("aria-busy");
}));
// An address such as /settings#models: only now is the part where it stays.
if (location.hash) find(location.hash)?.scrollIntoView();
