"""Which commands there are, where each is, and what the help says of it: nothing else is loaded for a list."""

from photoseek.cli.entries import Entry, Group
from photoseek.cli.sorting_groups import ALBUM, PEOPLE, TAG, TEXT, VOCABULARY

__all__ = ["PHOTOSEEK", "Entry", "Group"]

# Commands are in the order of the help; a test compares the summaries with the commands' own.
_ROOTS = Group(
    "Show and change the watched folders.",
    {
        "list": Entry(
            "roots.list",
            "ListRoots",
            "List the watched folders, and the patterns of what is left out of each.",
        ),
        "add": Entry("roots.add", "AddRoot", "Watch a folder; the next index brings its photos in."),
        "remove": Entry(
            "roots.remove",
            "RemoveRoot",
            "Stop watching a folder. Its files leave the library; tags and vectors stay for when they return.",
        ),
        "exclude": Entry(
            "roots.exclude",
            "ExcludeFromRoot",
            "Leave out of a watched folder, or of one in it, what fits patterns as .gitignore has them.",
        ),
    },
    examples=(
        "photoseek roots",
        "photoseek roots add ~/Archive",
        "photoseek roots exclude ~/Archive Private/",
        "photoseek roots remove ~/Archive",
    ),
    usual="list",
)
_SERVICE = Group(
    "Have systemd run photoseek for good.",
    {
        "install": Entry(
            "service.install",
            "InstallService",
            "Have systemd run `photoseek watch` and `photoseek serve` in your account, now and after each start.",
        ),
        "remove": Entry(
            "service.remove",
            "RemoveService",
            "Stop what `service install` installed, and remove it. The library stays.",
        ),
        "status": Entry(
            "service.status",
            "ServiceStatus",
            "Say whether what `service install` installed is running, and how it ended if it isn't.",
        ),
    },
    examples=("photoseek service install --show", "photoseek service status"),
)
_USERS = Group(
    "Users: who signs in to `photoseek serve` by name, and what each may see.",
    {
        "list": Entry("users.list", "ListUsers", "List who may sign in by name, and what each may see."),
        "add": Entry(
            "users.add",
            "AddUser",
            "Let somebody sign in by name, with a password that is typed twice or comes from a pipe.",
        ),
        "password": Entry(
            "users.password",
            "SetPassword",
            "Give a user another password, typed twice or from a pipe. Sessions that began by the one before end.",
        ),
        "bind": Entry(
            "users.bind",
            "BindUser",
            "Say who a user is to the OIDC provider of `serve --oidc`. What was said before counts no more.",
        ),
        "unbind": Entry(
            "users.unbind",
            "UnbindUser",
            "Let a user sign in by OIDC no more. Sessions that began so end; a password of the user stays.",
        ),
        "allow": Entry(
            "users.allow",
            "AllowUser",
            "Let a user see the photos in watched folders and in albums, but for hidden ones.",
        ),
        "refuse": Entry(
            "users.refuse",
            "RefuseUser",
            "Take back a user's rights to watched folders and albums. Photos of other rights stay in sight.",
        ),
        "remove": Entry(
            "users.remove",
            "RemoveUser",
            "Remove a user with all rights. Sessions of this name end.",
        ),
        "log": Entry(
            "users.log",
            "Log",
            "List what changed the library, the latest first: who, and by which request or command.",
        ),
    },
    examples=("photoseek users add carla", "photoseek users allow ben ~/Pictures", "photoseek users log"),
    usual="list",
)
_SIDECARS = Group(
    "Sidecars: what you said of photos, in .xmp files beside them that other programs read.",
    {
        "write": Entry(
            "sidecars.write",
            "WriteSidecars",
            "Write tags, ratings, titles and descriptions that you gave into .xmp files beside the photos.",
        ),
        "undo": Entry(
            "sidecars.undo",
            "UndoSidecars",
            "Bring sidecars back to what they were before a run, byte for byte; those that it made are removed.",
        ),
        "status": Entry(
            "sidecars.status",
            "SidecarStatus",
            "List the runs that wrote sidecars and can be undone, and how many sidecars were changed since.",
        ),
    },
    examples=(
        "photoseek sidecars write",
        "photoseek sidecars write --apply",
        "photoseek sidecars undo",
    ),
)
_MODELS = Group(
    "Models: which there are, and which one answers.",
    {
        "list": Entry(
            "models.list",
            "ListModels",
            "List the models there are: what they cost, how fast they are here, and which one answers.",
        ),
        "add": Entry(
            "models.add",
            "AddModel",
            "Compile a model for this machine and measure what runs it fastest; no photo is embedded yet.",
        ),
        "use": Entry(
            "models.use",
            "UseModel",
            "Let a model answer: download, compile and measure it if need be, then embed all photos with it.",
        ),
        "remove": Entry(
            "models.remove",
            "RemoveModel",
            "Delete a model's vectors and what was compiled; weights of your own stay where they are.",
        ),
    },
    examples=("photoseek models list", "photoseek models use photoseek-5"),
)
_LIBRARY = Group(
    "The library as a whole: to another place, and back.",
    {
        "move": Entry(
            "library.move",
            "MoveLibrary",
            "Move the library whole into a PostgreSQL database, out of one, or into another folder.",
        ),
        "reopen": Entry(
            "library.reopen",
            "ReopenLibrary",
            "Go on with a library that was moved away, as it was then; what changed in the new place isn't in it.",
        ),
    },
    examples=("photoseek library move ~/new-library", "photoseek library reopen"),
)
PHOTOSEEK = Group(
    "Find your own photos in your own words, on your own machine.",
    {
        "index": Entry(
            "library.index",
            "Index",
            "Bring photos into the library: embed what is new, follow what moved, keep what is missing.",
        ),
        "watch": Entry(
            "library.watch",
            "Watch",
            "Index, then follow changes until Ctrl-C: a new photo can be found seconds after it is whole.",
        ),
        "status": Entry(
            "library.status",
            "Status",
            "Show the library at a glance; with PATH, whether it is in, what its file says, and if not, why not.",
        ),
        "stats": Entry(
            "library.stats",
            "Stats",
            "Count photos by year, camera, lens, tag, place, format and rating, as small charts.",
        ),
        "roots": _ROOTS,
        "find": Entry(
            "search.find",
            "Find",
            "Find photos by what they show, and by when, where and with what they were taken.",
        ),
        "label": Entry(
            "search.label",
            "Label",
            "Say how likely each of some labels is for photos, which need not be in the library.",
        ),
        "imagine": Entry(
            "search.imagine",
            "Imagine",
            "Make a picture that the library's model finds near to words.",
        ),
        "tag": TAG,
        "vocabulary": VOCABULARY,
        "set": Entry(
            "edits.set",
            "Set",
            "Set ratings, favourites, titles, dates and places of photos; the files stay as they are.",
        ),
        "album": ALBUM,
        "people": PEOPLE,
        "text": TEXT,
        "sidecars": _SIDECARS,
        "serve": Entry(
            "search.serve",
            "Serve",
            "Show the library as a page, and answer programs over HTTP, until Ctrl-C.",
        ),
        "users": _USERS,
        "library": _LIBRARY,
        "service": _SERVICE,
        "duplicates": Entry(
            "search.duplicates",
            "Duplicates",
            "List photos that lie in several files: exact copies, and the same picture resaved, resized or "
            "recoloured.",
        ),
        "judge": Entry(
            "judging.judge",
            "Judge",
            "Say which hits of a question are right, so that `photoseek evaluate` can compare models by it.",
        ),
        "evaluate": Entry(
            "judging.evaluate",
            "Evaluate",
            "Compare the models that all photos are embedded with, by the questions that were judged.",
        ),
        "verify": Entry(
            "upkeep.verify",
            "Verify",
            "Compare the catalog with the files, the vector index and the thumbnails, and name what doesn't "
            "agree.",
        ),
        "skipped": Entry(
            "upkeep.skipped",
            "Skipped",
            "List the files that could not become photos, and why, the latest last.",
        ),
        "forget": Entry(
            "upkeep.forget",
            "Forget",
            "Forget missing files, and with them the photos that lie nowhere else: vectors, tags, places in "
            "albums.",
        ),
        "backup": Entry(
            "upkeep.backup",
            "Backup",
            "Copy all that can't be made again into one file, also while the library is in use.",
        ),
        "restore": Entry(
            "upkeep.restore",
            "Restore",
            "Put a backup in the place of the library's catalog, or begin a library with it.",
        ),
        "export-data": Entry(
            "edits.export_data",
            "ExportData",
            "Write all that you said into a file of JSON: what you set, tags, albums, judgements, patterns.",
        ),
        "import-data": Entry(
            "edits.import_data",
            "ImportData",
            "Take what `photoseek export-data` wrote into this library. What would change is shown first.",
        ),
        "models": _MODELS,
    },
    examples=("photoseek index ~/Pictures", "photoseek find a dog on the beach"),
)
