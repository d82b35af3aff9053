-- Tenants that are not good are counted every few seconds.
CREATE INDEX balance_standing ON balance (region, standing) WHERE standing <> 'Good';
