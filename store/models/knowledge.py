"""Knowledge as staff keep it: articles with all their versions, who approved what, and the dated parameters."""

from sqlalchemy import Column, Date, Index, Integer, Table, Text, UniqueConstraint, text

from store.models.schema import Id, Micros, metadata, primary_key, reference

article = Table(
    "article",
    metadata,
    primary_key(),
    Column("name", Text, nullable=False, unique=True),  # the id of the front matter
    Column("shipped", Text),  # sha256 of the file that came with the program; NULL for one made here
    Column("retired_at", Micros),
    Column("retired_by", Id),
    Column("created_at", Micros, nullable=False),
)

article_version = Table(
    "article_version",
    metadata,
    primary_key(),
    reference("article_id", "article", index=True),
    Column("number", Integer, nullable=False),
    Column("text", Text, nullable=False),  # the whole Markdown file
    Column("origin", Text, nullable=False),  # shipped, page, import
    # waiting for a second person, approved, declined, withdrawn; of the approved ones the newest that has begun answers
    Column("state", Text, nullable=False),
    Column("valid_from", Date),  # of its front matter: it does not answer earlier
    Column("author", Id),  # NULL = came with the program or from the command line
    Column("why", Text, nullable=False),
    Column("created_at", Micros, nullable=False),
    Column("confirmed_by", Id),
    Column("confirmed_at", Micros),
    UniqueConstraint("article_id", "number"),
    Index(
        "ix_article_version_waiting",
        "id",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
)

approval = Table(  # who decided what about a version or a parameter, and when
    "approval",
    metadata,
    primary_key(),
    Column("version_id", Id),
    Column("parameter_id", Id),
    reference("seat_id", "seat"),
    Column("decision", Text, nullable=False),  # approved, declined, withdrawn, confirmed, retired, restored
    Column("note", Text, nullable=False),
    Column("at", Micros, nullable=False),
    Index("ix_approval_version", "version_id"),
)

parameter = Table(
    "parameter",
    metadata,
    primary_key(),
    Column("name", Text, nullable=False, index=True),
    Column("zh", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("law", Text, nullable=False),
    Column("article", Text, nullable=False),
    Column("dated", Date, nullable=False),  # of the text relied on
    Column("fact", Text),
    Column("valid_from", Date),
    Column("valid_to", Date),
    Column("origin", Text, nullable=False),  # shipped, page
    Column("state", Text, nullable=False),  # waiting, approved, declined, withdrawn
    Column("author", Id),
    Column("why", Text, nullable=False),
    Column("created_at", Micros, nullable=False),
)

edition = Table(  # goes up with every change to what may answer: every process sees it and builds its index anew
    "edition",
    metadata,
    Column("name", Text, primary_key=True),
    Column("number", Integer, nullable=False),
)
