-- The currency of a notice's amount, where it may be another than the balance's; none: the balance's.
ALTER TABLE notice ADD COLUMN currency TEXT;
