SET @change = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'accounts' AND column_name = 'unlocked_at') > 0, 'DO 0',
    'ALTER TABLE accounts
        ADD COLUMN password_changed_at DATETIME(6) NULL COMMENT ''null for never: it is as old as the account'',
        ADD COLUMN password_errors INT NOT NULL DEFAULT 0 COMMENT ''wrong ones since the last right one'',
        ADD COLUMN sign_in_locked_until DATETIME(6) NULL COMMENT ''because of wrong passwords; 9999-12-31 until an administrator unlocks it'',
        ADD COLUMN unlocked_at DATETIME(6) NULL COMMENT ''approved or unlocked: times without use count from here''');
PREPARE change_schema FROM @change;
EXECUTE change_schema;
DEALLOCATE PREPARE change_schema
