"""The shared metadata: naming convention, and the column types both databases understand."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, LargeBinary, MetaData

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers rows by itself only for a plain INTEGER primary key.
Id = BigInteger().with_variant(Integer, "sqlite")
Micros = BigInteger()  # UTC microseconds since 1970: SQLite would lose the zone of a timestamp
Sealed = LargeBinary()  # ciphertext under the contact's own key, see store/vault.py
Mac = LargeBinary(32)  # HMAC-SHA256 of something to be found by equality only


def primary_key() -> Column[int]:
    return Column("id", Id, primary_key=True, autoincrement=True)


def reference(name: str, target: str, *, nullable: bool = False, index: bool = False) -> Column[int]:
    return Column(name, Id, ForeignKey(f"{target}.id"), nullable=nullable, index=index)
