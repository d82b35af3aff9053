-- The database and its logins, once, as a superuser: psql -v ON_ERROR_STOP=1 -f deploy/roles.sql. Passwords are read from files.
\getenv owner_file OWNER_PASSWORD_FILE
\getenv node_file NODE_PASSWORD_FILE
\set owner_password `cat :'owner_file'`
\set node_password `cat :'node_file'`
CREATE ROLE billing_owner LOGIN PASSWORD :'owner_password';
CREATE DATABASE billing OWNER billing_owner;
-- Silos and portals log in as members of this role, which can neither change a table nor an entry of the ledger.
CREATE ROLE billing_app;
CREATE ROLE billing_node LOGIN PASSWORD :'node_password' IN ROLE billing_app;
