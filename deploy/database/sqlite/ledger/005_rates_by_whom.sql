-- Which operator entered an exchange rate, or that it was imported; empty: nobody said.
ALTER TABLE exchange_rate ADD COLUMN by_whom TEXT NOT NULL DEFAULT '';
