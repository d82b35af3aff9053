-- Tenants that are not good are counted every few seconds. A charge that leaves a standing as it is touches no index, this one neither.
CREATE INDEX balance_standing ON balance (region, standing) WHERE standing <> 'Good';
