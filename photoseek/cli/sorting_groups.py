"""The commands that sort photos: by tags, into albums, by who is in them. `registry` has all others."""

from photoseek.cli.entries import Entry, Group

# Commands are in the order of the help; a test compares the summaries with the commands' own.
TAG = Group(
    "Tags: put by you, or proposed by a model, and who put each.",
    {
        "propose": Entry(
            "tag.propose",
            "Propose",
            "Propose tags for the whole library. New photos are tagged in the same way as they are indexed.",
        ),
        "add": Entry("tag.add", "AddTag", "Tag photos yourself; no model takes such a tag away."),
        "remove": Entry(
            "tag.remove",
            "RemoveTag",
            "Remove a tag from photos, also one that a model put; no model puts it on them again.",
        ),
        "forget": Entry(
            "tag.forget",
            "ForgetTag",
            "Take back what you said of a tag on photos, by `tag add` or `tag remove`: a model may decide again.",
        ),
        "list": Entry(
            "tag.list",
            "ListTags",
            "List the tags with their photos, or with PATH the tags of photos, and who put them there.",
        ),
        "rename": Entry(
            "tag.rename",
            "RenameTag",
            "Give a tag another name; the rules for new photos, what you refused and saved queries follow.",
        ),
        "merge": Entry(
            "tag.merge",
            "MergeTags",
            "Make one tag of several: the last name is the one that stays, which may be new.",
        ),
    },
    examples=(
        'photoseek tag --labels "beach,party,receipt"',
        "photoseek tag add beach ~/Pictures/2023/06/*.jpg",
        "photoseek tag list",
    ),
    usual="propose",
)
VOCABULARY = Group(
    "Vocabularies: files of labels that people sort photos by.",
    {
        "check": Entry(
            "tag.check_vocabulary",
            "CheckVocabulary",
            "Check a vocabulary: can it be read, which labels can't the model tell apart, how sure is it of each.",
        ),
    },
    examples=("photoseek vocabulary check holidays.yaml",),
)
ALBUM = Group(
    "Albums: picked sets of photos, and saved queries that fill themselves.",
    {
        "list": Entry(
            "album.list",
            "ListAlbums",
            "List the albums; those below another, as “Trips/2023” is below “Trips”, are indented.",
        ),
        "show": Entry(
            "album.show",
            "ShowAlbum",
            "Print the paths of an album's photos, and of those in albums below it; --json names its cover too.",
        ),
        "create": Entry(
            "album.create",
            "CreateAlbum",
            "Make an empty album, or one that a query fills and keeps filling.",
        ),
        "add": Entry(
            "album.add", "AddToAlbum", "Put photos of the library into an album that no query fills."
        ),
        "remove-photo": Entry(
            "album.remove_photo",
            "RemovePhoto",
            "Take photos out of an album that no query fills; they stay in the library.",
        ),
        "rename": Entry(
            "album.rename",
            "RenameAlbum",
            "Give an album another name, and with it those below it; saved queries that name them follow.",
        ),
        "remove": Entry("album.remove", "RemoveAlbum", "Delete an album; its photos stay."),
        "export": Entry(
            "album.export",
            "ExportAlbum",
            "Copy an album's photos into a folder; nothing there is overwritten, what was copied before stays.",
        ),
        "suggest": Entry(
            "album.suggest",
            "SuggestAlbums",
            "Suggest albums: trips, events and themes, by when and where photos were taken and what they show.",
        ),
    },
    examples=(
        "photoseek album create graduation",
        'photoseek album create dogs --where "a dog outdoors after:2019"',
        "photoseek album show beach",
    ),
)
TEXT = Group(
    "Text in photos: whether it is read.",
    {
        "on": Entry(
            "text.on",
            "TextOn",
            "Let text in photos be read again, after `photoseek text off`.",
        ),
        "off": Entry(
            "text.off",
            "TextOff",
            "Let no more text be read in photos. What was read stays and is found, unless --forget removes it.",
        ),
    },
    examples=("photoseek text off", "photoseek text on"),
)
PEOPLE = Group(
    "People: whose faces photos show. Off until you turn it on.",
    {
        "on": Entry(
            "people.on",
            "PeopleOn",
            "Let faces be found in photos and grouped by person; says what is kept, and how to remove it.",
        ),
        "off": Entry(
            "people.off",
            "PeopleOff",
            "Let no more faces be found. What is kept of them stays, unless --forget removes it all.",
        ),
        "list": Entry(
            "people.list",
            "ListPeople",
            "List the people with a name, or with --unnamed the groups without, those in most photos first.",
        ),
        "name": Entry(
            "people.name",
            "NamePerson",
            "Give a group of faces a name, or a person another. A name that another person has makes the two one.",
        ),
        "merge": Entry(
            "people.merge",
            "MergePeople",
            "Say that persons are one: the first keeps its name, or gets one of theirs.",
        ),
        "split": Entry(
            "people.split",
            "SplitPerson",
            "Say that faces are of another person than the one that they are with; the others are said to stay.",
        ),
        "ignore": Entry(
            "people.ignore",
            "IgnorePerson",
            "Leave somebody out of lists and suggestions, such as a passer-by; --undo lists them again.",
        ),
        "confirm": Entry(
            "people.confirm",
            "ConfirmFaces",
            "Say that faces are of a person. It is kept for ever, whichever model finds faces later.",
        ),
        "refuse": Entry(
            "people.refuse",
            "RefuseFaces",
            "Say that faces are not of a person. It is kept for ever, and the question is not asked again.",
        ),
        "nobody": Entry(
            "people.nobody",
            "NobodysFaces",
            "Say that faces are none, such as a statue's, or of nobody who is of interest: they count no more.",
        ),
        "suggest": Entry(
            "people.suggest",
            "SuggestPeople",
            "List faces that may be somebody's, those first whose answer tells most; nothing is named by itself.",
        ),
        "undo": Entry(
            "people.undo",
            "UndoPeople",
            "Take back what was said of people: the latest change, or one by its number, which --list shows.",
        ),
    },
    examples=("photoseek people on", "photoseek people list", 'photoseek people name 2 "Anna Berg"'),
    usual="list",
)
