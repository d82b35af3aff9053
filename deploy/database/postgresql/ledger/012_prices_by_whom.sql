-- Which operator entered a price; empty: it is of the settings, or nobody said.
ALTER TABLE price_version ADD COLUMN by_whom text NOT NULL DEFAULT '';
